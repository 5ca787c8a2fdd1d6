// Whether two plain values say the same: what JSON can hold, compared by content as Python compares its structs.

/** Whether `one` and `other` hold the same, at every depth. */
export function isAlike(one, other) {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && isAlike(one[name], other[name]));
}

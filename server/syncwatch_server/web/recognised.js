// A link as somebody types it: what it means, said at once and without asking anybody.

import { UnsupportedUrl, recognise } from "./media_url.js";

/** `{url, provider, kind, …}` of media_url.js, or `{fault}` in words. Files of this device can't be given to others here. */
export function recogniseOrSay(text, t) {
  try {
    const found = recognise(text);
    if (found.provider === "file") return { fault: t("url.file") };
    return found;
  } catch (fault) {
    if (!(fault instanceof UnsupportedUrl)) throw fault;
    return { fault: t.language === "en" ? fault.message : t("error.unsupported-url"), hint: fault.hint };
  }
}

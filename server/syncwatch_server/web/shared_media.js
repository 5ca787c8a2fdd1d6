// What the session's host shares of their own files: the film, and subtitles beside it. docs/contract.md, 4.

/** `{url, subtitles: [{url, language, name}]}` for a media; `url` is null for a link, and for a file that nobody shares. */
export async function sharedFor(media, client) {
  const shares = await client.shares();
  const film = media.file === null ? null : shares.find((share) => share.kind === "media" && isOf(share, media));
  const subtitles = shares.filter((share) => share.kind === "subtitles" && (share.source === null || isOf(share, media)));
  return {
    url: film?.path ?? null,
    subtitles: subtitles.map(({ path, language, name }) => ({ url: `${path}?as=vtt`, language, name })),
  };
}

/** Whether a shared file belongs to the media: the same link, or a file of the same content. */
function isOf({ source }, media) {
  if (source === null) return false;
  if (media.file === null) return source.url !== null && source.url === media.url;
  const { file } = source;
  if (file === null || file.size !== media.file.size) return false;
  const bothKnown = file.fingerprint !== null && media.file.fingerprint !== null;
  return bothKnown ? file.fingerprint === media.file.fingerprint : file.name === media.file.name;
}

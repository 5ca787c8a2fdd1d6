// Questions to the server by HTTP: docs/contract.md, 4.

import { Refusal } from "./session_link.js";

/** Gives the answer to a request below /api/v1, or throws a Refusal; `fetch` is the platform's own. */
export async function askByHttp(fetch, server, path, token, request = {}) {
  const headers = request.body === undefined ? {} : { "Content-Type": "application/json" };
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  let response;
  let answer;
  try {
    response = await fetch(`${server}/api/v1${path}`, { ...request, headers });
    answer = await response.json();
  } catch (fault) {
    if (fault?.name === "AbortError") throw fault;
    throw new Refusal("server-unreachable", "the server does not answer");
  }
  if (response.ok) return answer;
  const { code = "server-error", message = "", hint = null, retryAfter = null } = answer?.error ?? {};
  throw new Refusal(code, message, { hint, retryAfter });
}

// Reads a JSON list of texts on stdin, and writes what the module named by the first argument makes of each.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { recognise } = await import(pathToFileURL(process.argv[2]));

function told(text) {
  try {
    return recognise(text);
  } catch (fault) {
    if (fault.code !== "unsupported-url") throw fault;
    return { error: { code: fault.code, message: fault.message, hint: fault.hint } };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(told)));

/** Why a request failed, in words. Where the Worker refused it, the words are the Worker's. */
import type { Trouble } from "../../carried.ts";
import { ApiError } from "../../ui/api.ts";
import { words } from "./texts.ts";

export interface Failure {
  /** `refused`: the Worker said no. `broken`: our own code failed. Otherwise the Worker could not be asked. */
  kind: Trouble | "refused" | "broken";
  title: string;
  text: string;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) return { kind: "broken", ...words.state.broken };
  if (error.trouble === "refused")
    return { kind: "refused", title: words.state.refused.title, text: sayError(error) };
  const { title, text } = words.state[error.trouble];
  return { kind: error.trouble, title, text };
}

/** The fields that the Worker refused, with why. What is wrong with the request as a whole has no field. */
export function refusedFields(error: unknown): { path: string; message: string }[] {
  if (!(error instanceof ApiError) || error.trouble !== "refused") return [];
  const { code = "", title = "", errors = [] } = error.problem ?? {};
  return errors.length === 0 && ofNumber.has(code) ? [{ path: "number", message: title }] : errors;
}
/** Problems of the one number that a form asks for. */
const ofNumber: ReadonlySet<string> = new Set(["not-a-number", "country-unclear"]);

/** One line for a form or a toast. Names the fields that the Worker refused, but for those that show it themselves. */
export function sayError(error: unknown, shown: readonly string[] = []): string {
  if (!(error instanceof ApiError) || error.trouble !== "refused") {
    const { title, text } = failureOf(error);
    return `${title}. ${text}`;
  }
  const { code = "", title = "", detail } = error.problem ?? {};
  if (ofNumber.has(code)) return shown.includes("number") ? "" : [title, detail].filter(Boolean).join(" ");
  const fields = refusedFields(error)
    .filter(({ path }) => !shown.includes(path))
    .map((e) => [e.path, e.message].filter(Boolean).join(": "))
    .join("; ");
  // That some field is wrong needs no saying where it is said which.
  const isSaid = code === "invalid" && (detail !== undefined || fields !== "");
  return [isSaid ? "" : title, detail, fields].filter(Boolean).join(" ");
}

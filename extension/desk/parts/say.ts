/** What went wrong, in words: the Worker's own where it said no. */
import { ApiError } from "../../ui/api.ts";
import { words } from "./words.ts";

export interface Failure {
  kind: "offline" | "signed-out" | "not-joined" | "too-old" | "refused" | "broken";
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

/** One sentence for a form or a toast. */
export function sayError(error: unknown): string {
  if (!(error instanceof ApiError) || error.trouble !== "refused") {
    const { title, text } = failureOf(error);
    return `${title}. ${text}`;
  }
  const { title = "", detail, errors = [] } = error.problem ?? {};
  const fields = errors.map((e) => `${e.path}: ${e.message}`).join("; ");
  return [title, detail, fields].filter(Boolean).join(" ");
}

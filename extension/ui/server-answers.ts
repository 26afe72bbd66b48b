/** The answers of a server that a person tests or joins, in words. */
import { fill } from "../../shared/texts/language.ts";
import type { Answer } from "../messages.ts";
import { options } from "./our-pages.ts";

export type Note = { good: boolean; text: string } | null;

export function sayTest(answer: Answer<"ui.test">): Note {
  if (!answer.ok) return { good: false, text: sayProblem(answer.code, answer.detail) };
  if (answer.setup) return { good: false, text: options.server.setupOpen };
  return { good: true, text: fill(options.server.fine, { version: answer.version }) };
}

export function sayProblem(code: string, detail: string): string {
  const known = Object.hasOwn(options.server.problems, code)
    ? (code as keyof typeof options.server.problems)
    : "other";
  return fill(options.server.problems[known], { detail: detail || code });
}

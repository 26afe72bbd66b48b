/** The Worker's API for our own pages. Requests go through the background, the only part that has the token. */
import type { Problem } from "../../shared/api.ts";
import { bytesOf, toBase64 } from "../base64.ts";
import type { SentFile, Trouble } from "../carried.ts";
import { type Ask, ask } from "../messages.ts";

/** The Worker refused the request (`problem`), or could not be asked (`problem` is null). */
export class ApiError extends Error {
  readonly trouble: Trouble | "refused";
  readonly problem: Problem | null;
  constructor(trouble: Trouble | "refused", problem: Problem | null) {
    super(problem?.detail ?? problem?.title ?? trouble);
    this.trouble = trouble;
    this.problem = problem;
  }
}

type Request = Ask<"ui.api">;
export type ApiOptions = Pick<Request, "key" | "ifMatch" | "patienceMs" | "text" | "file">;

/** Fetches a file of at most a few megabytes. Throws ApiError. */
export async function fetchFile(path: string): Promise<Blob> {
  const answer = await ask("ui.file", { path });
  if (!answer.ok) throw new ApiError(answer.trouble, answer.problem);
  return new Blob([bytesOf(answer.data.base64)], { type: answer.data.type });
}

/** A file in the form in which a message carries it. */
export const asSent = async (file: File): Promise<SentFile> => ({
  type: file.type,
  base64: toBase64([new Uint8Array(await file.arrayBuffer())]),
});

/** One request. `T` is the route's answer, from shared/api.ts. Throws ApiError. */
export async function api<T>(
  method: Request["method"],
  path: string,
  body?: unknown,
  options: ApiOptions = {},
): Promise<T> {
  const answer = await ask("ui.api", { method, path, ...(body === undefined ? {} : { body }), ...options });
  if (!answer.ok) throw new ApiError(answer.trouble, answer.problem);
  return answer.data as T;
}

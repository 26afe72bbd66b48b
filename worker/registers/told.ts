/**
 * Mails about what an administrator may do to a register alone, as its numbers may then be called: more of them gone than policy
 * lets a push remove, a copy that gets a later day, a change by hand of a register that a law names, an earlier version again.
 */
import type { Context } from "hono";
import { english, sayDate } from "../../shared/texts/language.ts";
import type { Statement } from "../core/sql.ts";
import type { App } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";
import type { MailValues } from "../../shared/texts/mail/values.ts";
import type { HeadRow } from "./heads.ts";

/** What was done: the new version, its day, and how many numbers went from the register. */
interface Done {
  stage: MailValues["register-freed"]["stage"];
  version: number;
  asOf: string;
  n: number;
}

/** The statements of the mails for a commit. Call `sendSoon` after it. */
export const tellFreed = (
  c: Context<App>,
  { id, name }: Pick<HeadRow, "id" | "name">,
  { stage, version, asOf, n }: Done,
): Promise<Statement[]> =>
  mailOfficers(c.env.DB, {
    template: "register-freed",
    values: { stage, list: name, n, version, date: sayDate(english, asOf), by: c.get("actor")!.name },
    key: `register-freed:${id}:${version}:${stage}`,
  });

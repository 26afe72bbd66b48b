/** Tells officers that the mail service was set or taken away: by the service of before, which the administrator did not choose just now. */
import type { Context } from "hono";
import type { MailValues } from "../../shared/texts/mail/mail.en.ts";
import { disclosuresEn } from "../../shared/texts/policy/disclosures.en.ts";
import type { App } from "../env.ts";
import { disclosing } from "../policy/disclosed.ts";
import { officers, peopleWith } from "./officers.ts";
import { render } from "./render.ts";
import { deliver, hostOf } from "./service.ts";
import type { Service } from "./settings.ts";

/**
 * Mails administrators and compliance officers other than the asker behind the answer, once and beside the outbox, which goes by
 * the new service. `before` is null where there was none: nobody is told then. A failure changes nothing.
 */
export function tellOfService(
  c: Context<App>,
  before: Service | null,
  stage: MailValues["mail-service"]["stage"],
  host: string,
): void {
  if (before === null) return;
  const { id: asker, name: by } = c.get("actor")!;
  const tell = async () => {
    const letter = render("mail-service", { stage, by, host: host || disclosuresEn.own["mail"]! });
    const { results } = await peopleWith(c.env.DB, officers["mail-service"]).all<{
      id: string;
      email: string;
    }>();
    const others = results.filter(({ id }) => id !== asker);
    const tries = await Promise.allSettled(
      others.map(({ email }) => deliver(c.env, before, crypto.randomUUID(), email, letter)),
    );
    for (const one of tries) if (one.status === "rejected") console.error(one.reason);
    const n = tries.filter(({ status }) => status === "fulfilled").length;
    if (n > 0) await disclosing(c.env.DB, "mail", hostOf(before), "mail", n, Date.now()).run();
  };
  c.executionCtx.waitUntil(tell().catch((error: unknown) => console.error(error)));
}

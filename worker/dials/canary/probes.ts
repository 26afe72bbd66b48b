/**
 * A page that dials the canary may be finding out whether calls are held here, to dial a barred number only where they are not. It
 * is no call, and no evidence is kept of it: it is counted, and from the fifth a day in one browser administrators are told.
 */
import type { Context } from "hono";
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { canaryEn } from "../../../shared/texts/canary/desk.en.ts";
import { record } from "../../core/commit.ts";
import type { App } from "../../env.ts";
import { mailOfficers, sendSoon } from "../../mail/outbox.ts";
import { currentPolicy } from "../../policy/current.ts";

/** Somebody who tries the number by hand dials it a few times. */
const ALARM = 5;

export async function countProbe(c: Context<App>, host: string): Promise<void> {
  const db = c.env.DB;
  const { id, name, tokenId } = c.get("actor")!;
  const day = dayOf(Date.now(), zoneOfPolicy((await currentPolicy(db)).policy));
  const row = await db
    .prepare(
      `INSERT INTO canary_probes (day, token, host, times) VALUES (?1, ?2, ?3, 1)
       ON CONFLICT DO UPDATE SET host = ?3, times = times + 1
       RETURNING times, (SELECT device FROM tokens WHERE id = ?2) AS device`,
    )
    .bind(day, tokenId, host)
    .first<{ times: number; device: string | null }>();
  if (row!.times !== ALARM) return;
  await record(c.env, {
    actor: id,
    event: { code: "canary.probed", subject: tokenId, payload: { day, host, times: ALARM } },
    statements: await mailOfficers(db, {
      template: "canary-probed",
      values: { name, device: row!.device || canaryEn.noDevice, host, n: ALARM },
      key: `canary-probed:${day}:${tokenId}`,
    }),
  });
  sendSoon(c);
}

/** What the sender of the public form is told: the reference, and what came of the mail to their address. */
import type { Context } from "hono";
import { useContext } from "hono/jsx";
import { fill } from "../../../shared/texts/language.ts";
import type { App } from "../../env.ts";
import { mailVia } from "../../mail/outbox.ts";
import type { Moment, Row } from "../rows.ts";
import { Spoken } from "./words.tsx";

/** What came of the mail that asks to verify the address. */
type Mailed = "sent" | "waits" | "none";

export async function mailedTo(c: Context<App>, { id, email, proved_at }: Row): Promise<Mailed | null> {
  if (email === null || proved_at !== null) return null;
  const state = await c.env.DB.prepare("SELECT state FROM outbox WHERE key = ?")
    .bind(`request:${id}:received`)
    .first<string>("state");
  if (state === "sent") return "sent";
  return state === "waiting" && (await mailVia(c.env)) !== null ? "waits" : "none";
}

/** How to write to the company or ring it. */
export const reachOf = ({ policy: { identity } }: Moment): string =>
  [identity.company, identity.address, identity.freephone].filter(Boolean).join(", ");

/** For the sender of the public form, at once or coming back by its link. */
export function Sent({ row, mailed, reach }: { row: Row; mailed: Mailed | null; reach: string }) {
  const s = useContext(Spoken).sent;
  return (
    <div class="notice">
      <p>{fill(s.reference, { reference: row.ref })}</p>
      {row.kind === "objection" && row.outcome !== "taken-back" && <p>{s.objection}</p>}
      {mailed && <p>{s.mailed[mailed]}</p>}
      {mailed === "none" && <p>{reach ? fill(s.prove, { reach }) : s.proveHow}</p>}
      <p>
        {s.keep} {mailed !== "none" && s.opens}
      </p>
    </div>
  );
}

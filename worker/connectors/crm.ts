/** The CRM behind a connector's row, opened with its unsealed credentials. */
import * as z from "zod";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { seal, unseal } from "../core/seal.ts";
import type { Env } from "../env.ts";
import { SIGN_IN } from "../../shared/connectors/kinds.ts";
import type { ConnectorSetup } from "../../shared/connectors/api.ts";
import {
  ConnectorError,
  type Connector as Crm,
  type Maker,
  type Mark,
  type Refusal,
  SetupError,
  type Vault,
  type Waiting,
} from "./connector.ts";
import { wantAsSaid } from "./checks/bound.ts";
import { wantCrm } from "./hosts.ts";
import { connectorOf, hostOf, makerOf, signInOf } from "./kinds/index.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { disclosing } from "../policy/disclosed.ts";
import { tell } from "./failures.ts";
import { revokeGrant } from "./sign-in/revoke.ts";
import { type ConnectorRow, purposeOf, sealedElsewhere, setupOf } from "./rows.ts";

/** For so long one may be asking for a token, which takes half of it at the most; and how often another looks meanwhile. */
const HELD = MINUTE;
const LOOK = 500;

/** Its set-up, and its credentials, which store each token as it is granted. Throws a ConnectorError where they cannot be used. */
export async function vaultOf(
  env: Env,
  row: ConnectorRow,
  { clock, wait }: Waiting,
): Promise<{ setup: ConnectorSetup; vault: Vault }> {
  await wantAsSaid(env, row);
  const secret = await unseal(env, purposeOf(row.id), row.secret);
  if (!secret) throw new ConnectorError(sealedElsewhere(row));
  const setup = setupOf(row);
  const reach = (url?: string) =>
    wantCrm(env, row.kind, setup, url).catch((error: Error) => {
      throw new ConnectorError(`${row.kind}: ${error.message}`);
    });
  await reach();
  let [stored, refreshToken] = [row.secret, secret["refreshToken"]];
  /** The stored credentials, where they are still of this set-up: sent to another host, they would be another's. */
  const look = async (): Promise<Record<string, string>> => {
    const now = await env.DB.prepare("SELECT kind, setup, way, secret FROM connectors WHERE id = ?")
      .bind(row.id)
      .first<Pick<ConnectorRow, "kind" | "setup" | "way" | "secret">>();
    const same = now?.kind === row.kind && now.setup === row.setup && now.way === row.way;
    const opened = same ? await unseal(env, purposeOf(row.id), now.secret) : null;
    if (!opened) throw new ConnectorError(`${row.kind}: the connector was changed meanwhile`);
    [stored, refreshToken] = [now!.secret, opened["refreshToken"]];
    return opened;
  };
  const swap = async (from: string, to: string): Promise<boolean> =>
    (
      await env.DB.prepare("UPDATE connectors SET secret = ?3 WHERE id = ?1 AND secret = ?2")
        .bind(row.id, from, to)
        .run()
    ).meta.changes > 0;
  const vault: Vault = {
    secret,
    reach,
    async claim() {
      const { accessToken } = vault.secret;
      for (let looks = 0; looks * LOOK < 2 * HELD; looks++) {
        const { claimed = "0", ...own } = vault.secret;
        const left = Number(claimed) - clock();
        if (left > 0 && left <= HELD) await wait(LOOK);
        else {
          const before = stored;
          const held = await seal(env, purposeOf(row.id), { ...own, claimed: String(clock() + HELD) });
          if (await swap(before, held)) {
            [stored, vault.secret] = [held, own];
            return async () => void (await swap(held, before));
          }
        }
        vault.secret = await look();
        const { accessToken: now, claimed: by } = vault.secret;
        if (by === undefined && now !== undefined && now !== accessToken) return null;
      }
      throw new ConnectorError(`${row.kind}: its token is being renewed`);
    },
    async keep(secret: Record<string, string>) {
      const sealed = await seal(env, purposeOf(row.id), secret);
      await record(env, {
        actor: "system",
        event: { code: "connector.token-renewed", subject: row.id, payload: null },
        statements: [
          sql("UPDATE connectors SET secret = ?3 WHERE id = ?1 AND secret = ?2", row.id, stored, sealed),
          // Fails where nothing was stored: then nothing is on the trail.
          sql("SELECT json(IIF(changes() = 1, 'null', 'not stored'))"),
        ],
      }).then(
        () => ([stored, refreshToken] = [sealed, secret["refreshToken"]]),
        // An administrator may have entered other credentials meanwhile: those are never overwritten. What is stored nowhere ends.
        async (error: unknown) => {
          if (!String(error).includes("malformed JSON")) throw error;
          if (secret["refreshToken"] !== refreshToken) await revokeGrant(env, row, secret, true, "system");
        },
      );
    },
    async over(words: string) {
      if (vault.secret["over"] !== undefined) return true;
      const over = { ...vault.secret, over: words };
      const sealed = await seal(env, purposeOf(row.id), over);
      const change = {
        actor: "system",
        event: { code: "connector.sign-in-over", subject: row.id, payload: { error: words } },
        statements: [
          // Refused where it was renewed, or signed in to, at this very moment.
          sql(
            "UPDATE connectors SET secret = IIF(secret = ?3, ?2, NULL) WHERE id = ?1",
            row.id,
            sealed,
            stored,
          ),
          ...(await tell(env.DB, row, words, "signIn", `${row.id}:${crypto.randomUUID()}`)),
        ],
      };
      try {
        await record(env, change);
      } catch (error) {
        if (String(error).includes("connectors.secret")) return false;
        throw error;
      }
      vault.secret = over;
      stored = sealed;
      return true;
    },
  };
  return { setup, vault };
}

/** Stores each token as it is granted. Throws a ConnectorError where the credentials were sealed under another key, or are of another account. */
export async function crmOf(env: Env, row: ConnectorRow, waiting: Waiting): Promise<Crm> {
  const { setup, vault } = await vaultOf(env, row, waiting);
  wantSignedIn(row, vault);
  const crm = connectorOf(row.kind, setup, vault, waiting);
  await wantAccount(env, row, setup, crm);
  return {
    page: undocumented(row.kind, crm.page),
    ...(crm.changed && { changed: undocumented(row.kind, crm.changed) }),
    ...(crm.further && { further: undocumented(row.kind, crm.further) }),
    ...(crm.records && { records: undocumented(row.kind, crm.records) }),
    write: undocumented(row.kind, crm.write),
    ...(crm.held && { held: undocumented(row.kind, crm.held) }),
    ...(crm.links && { links: undocumented(row.kind, crm.links) }),
    ...(crm.erase && { erase: undocumented(row.kind, crm.erase) }),
  };
}

/**
 * Throws a SetupError where the credentials are of another account than those of before, whose records are known here, or than the
 * set-up's: asked of a CRM whose host does not tell, until it has said so for these credentials. Where nothing is known, one that
 * cannot say it stops nothing else.
 */
async function wantAccount(env: Env, row: ConnectorRow, setup: ConnectorSetup, crm: Crm): Promise<void> {
  if (!crm.account) return;
  const [known = null, of] = row.account?.split(" ") ?? [];
  const isAsked = of === row.at;
  const id = isAsked
    ? known
    : await undocumented(row.kind, crm.account)().catch((error: unknown) => {
        // A sign-in that is over is a SetupError.
        const isRefusal =
          error instanceof ConnectorError && !(error instanceof SetupError) && error.status !== 429;
        if (known === null && isRefusal) return null;
        throw error;
      });
  if (id === null && known === null) return;
  const isOther = known !== null && id !== known;
  if (isOther || signInOf(row.kind)?.isOurs?.(id ?? "", setup.settings) === false)
    throw new SetupError(
      `${row.kind}: its credentials are of the account ${id ?? "(not told)"}, where ${isOther ? known : setup.settings["portal"]} is expected: connect another as a CRM of its own`,
    );
  if (!isAsked)
    await env.DB.prepare("UPDATE connectors SET account = ?2 WHERE id = ?1 AND at = ?3")
      .bind(row.id, `${id} ${row.at}`, row.at)
      .run();
}

function wantSignedIn(row: ConnectorRow, { secret }: Vault): void {
  if (row.way === SIGN_IN && !secret["refreshToken"])
    throw new SetupError(`${row.kind}: nobody has signed in yet`);
}

/** What makes fields in a CRM: by the connector's credentials, or once by others, which are stored nowhere. Throws as crmOf does. */
export async function makerIn(
  env: Env,
  row: ConnectorRow,
  once: Record<string, string> | undefined,
  waiting: Waiting,
): Promise<Maker> {
  const { setup, vault } = await vaultOf(env, row, waiting);
  if (!once) wantSignedIn(row, vault);
  const maker = makerOf(row.kind, setup, once ? { ...vault, secret: once } : vault, waiting);
  if (!maker) throw new SetupError(`${row.kind}: ClearDial cannot make its fields`);
  return { look: undocumented(row.kind, maker.look), make: undocumented(row.kind, maker.make) };
}

/** Those of marks that write more than a consent: what a run achieves is told by them, whatever becomes of the others. */
export const besideConsents = (marks: readonly Mark[]): Mark[] =>
  marks.filter(({ alone, flag }) => !alone || flag);

/**
 * Writes marks, and answers which were refused, which were taken without who said so and when (`untold`), and of which the consent was not
 * taken (`unsaid`). They count as disclosed before: where the database fails afterwards, or the CRM halfway, the same slice finds no
 * difference any more. `now` in milliseconds. `failing`: stores what the CRM took before a consent's request fails, which throws.
 */
export async function writeMarks(
  { DB: db }: Env,
  row: ConnectorRow,
  crm: Pick<Crm, "write">,
  marks: Mark[],
  now: number,
  failing?: (took: Took) => Promise<void>,
): Promise<Took & { unsaid: Refusal[] }> {
  if (marks.length === 0) return { refused: [], untold: [], unsaid: [] };
  await disclosing(db, "connector", hostOf(row.kind, setupOf(row)), "marks", marks.length, now).run();
  // Each by itself: the field of a consent may be of a type that takes no text, and what it had has to go all the same.
  const rest = besideConsents(marks).map(({ consent: _, ...mark }): Mark => mark);
  const consents = marks.flatMap(({ flag: _, ...mark }): Mark[] =>
    mark.consent ? [{ ...mark, alone: true }] : [],
  );
  const { refused, untold } = rest.length === 0 ? { refused: [], untold: [] } : await writeRest(crm, rest);
  if (consents.length === 0) return { refused, untold, unsaid: [] };
  const unsaid = await crm.write(consents).catch(async (error: unknown) => {
    await failing?.({ refused, untold });
    throw error;
  });
  return { refused, untold, unsaid };
}

/** Which marks a CRM refused, and which it took without who said so and when. */
export type Took = Record<"refused" | "untold", Refusal[]>;

async function writeRest(crm: Pick<Crm, "write">, marks: Mark[]): Promise<Took> {
  const keyOf = ({ object, id }: Refusal | Mark) => `${object} ${id}`;
  const refused = await crm.write(marks);
  // Its flag counts more than the fields with who said so and when, which may be of a type that does not take them.
  const isRefused = new Set(refused.map(keyOf));
  const bare = marks.flatMap((mark): Mark[] =>
    mark.flag && Object.keys(mark.flag.told).length > 0 && isRefused.has(keyOf(mark))
      ? [{ ...mark, flag: { ...mark.flag, told: {} } }]
      : [],
  );
  if (bare.length === 0) return { refused, untold: [] };
  const again = new Set(bare.map(keyOf));
  const still = await crm.write(bare);
  const isStill = new Set(still.map(keyOf));
  return {
    refused: [...refused.filter((one) => !again.has(keyOf(one))), ...still],
    untold: refused.filter((one) => again.has(keyOf(one)) && !isStill.has(keyOf(one))),
  };
}

/** An answer of another shape than documented is the vendor's failure; zod's message, which quotes it, is dropped. */
const undocumented =
  <A extends unknown[], T>(kind: string, method: (...a: A) => Promise<T>) =>
  (...a: A): Promise<T> =>
    method(...a).catch((error: unknown) => {
      throw error instanceof z.ZodError
        ? new ConnectorError(`${kind}: another answer than documented`)
        : error;
    });

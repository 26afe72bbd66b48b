/**
 * A request's own page, behind an unguessable link: how far it is; and, if the link was sent to the requester, letters, the
 * copy, and the steps that only they may take. Opening it changes nothing, as mail programs open links by themselves.
 */
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { useContext } from "hono/jsx";
import { isOpen } from "../../../shared/privacy-requests/duties.ts";
import type { DutyKind } from "../../../shared/privacy-requests/duty-kinds.ts";
import { oneCall } from "../../../shared/privacy-requests/api-steps.ts";
import { next } from "../../../shared/privacy-requests/steps.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { fill, sayDate } from "../../../shared/texts/language.ts";
import type { App } from "../../env.ts";
import { Problem } from "../../core/errors.ts";
import { wantCountry } from "../../recordings/opened-from.ts";
import type { Statement } from "../../core/sql.ts";
import { mailOfficers } from "../../mail/outbox.ts";
import { clocks, waiting } from "../clocks.ts";
import { dutiesOf } from "../duties.ts";
import { partsThere } from "../files/parts/rows.ts";
import { copyOf, sendFile } from "../files/routes.ts";
import { type Handed, isCoded, linkOf, openedOnPage, type Scope } from "../links.ts";
import { type Moment, momentOf, type Row, wantRequest } from "../rows.ts";
import { stepInputOf } from "../summary.ts";
import { takeStepOnPage } from "../take-step.ts";
import { strictForm } from "../../pages/layout.tsx";
import { Copy } from "./copy.tsx";
import { isKnown, standingOf } from "./own-facts.ts";
import { History, Step, TakenBack } from "./own-parts.tsx";
import { MayWeCall } from "./standing.tsx";
import { mailedTo, reachOf, Sent } from "./sent.tsx";
import { instead, page, Spoken, wordsFor } from "./words.tsx";

const spoken = (c: Context<App>) => wordsFor(c.req.header("accept-language"));
const PATH = "/privacy-request/:token";

export const ownPage = new Hono<App>();
ownPage.use(`${PATH}/*`, strictForm, async (c, after) => {
  await after();
  c.header("Cache-Control", "no-store");
  c.header("Vary", "Accept-Language", { append: true });
});

interface Opened {
  row: Row;
  scope: Scope;
  /** An officer got the link, to hand it over: it reads, and does nothing in the requester's name. */
  handed: Handed | null;
  /** A code that went to the confirmed address opened it. */
  coded: boolean;
  moment: Moment;
}

/** The request that a link opens; null for an unknown or expired link. */
async function openedBy(c: Context<App>): Promise<Opened | null> {
  const token = c.req.param("token") ?? "";
  const moment = await momentOf(c.env.DB, Date.now());
  const found = await linkOf(c.env, token, moment.at);
  if (!found) return null;
  const { request, scope } = found;
  const handed = found.handed === 1 ? ({ handed: true, handedBy: found.by } as const) : null;
  const row = await wantRequest(c.env.DB, request, moment);
  return { row, scope, handed, coded: isCoded(token) && row.proved_at !== null, moment };
}

ownPage.get(PATH, async (c) => {
  const opened = await openedBy(c);
  return opened ? show(c, opened) : gone(c);
});

const byForm = ["confirm-address", "confirm-writing", "withdraw"] as const;

ownPage.post(PATH, csrf(), bodyLimit({ maxSize: 4_000 }), async (c) => {
  const opened = await openedBy(c);
  if (!opened) return gone(c);
  const { row, scope, moment } = opened;
  const asked = (await c.req.parseBody())["action"];
  const action = byForm.find((known) => known === asked);
  if (!action || !mayDo(action, opened)) return show(c, opened, spoken(c).status.changed);
  const proved = scope === "address" && row.email !== null && row.proved_at === null;
  try {
    await takeStepOnPage(c, row, action, moment, async () => ({
      set: {
        ...(proved ? { proved_at: moment.at } : {}),
        ...(action === "confirm-writing" ? { writing: "link" } : {}),
      },
      statements: action === "withdraw" ? await tellWithdrawn(c.env.DB, row) : [],
    }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { changed, stopped } = spoken(c).status;
    // Officers get a mail of such a request (`stepped`).
    const fault = error.code === "request-unlike" ? `${stopped} ${reachOf(moment)}`.trim() : changed;
    return show(c, { ...opened, row: await wantRequest(c.env.DB, row.id, moment) }, fault);
  }
  return c.redirect(c.req.path, 303);
});

/** Only the link that was mailed to an address verifies it. */
const mayDo = (action: (typeof byForm)[number], { scope, handed }: Opened): boolean =>
  action === "confirm-address" ? scope === "address" : scope !== "page" && !handed;

/**
 * The mails that tell officers of a request that a click withdrew, though staff had entered it: who did is named, as the mailbox
 * may have been theirs. One by the form has the address that its sender gave.
 */
async function tellWithdrawn(db: D1Database, { by, ref, rev }: Row): Promise<Statement[]> {
  if (by === "public") return [];
  const name = await db.prepare("SELECT name FROM people WHERE id = ?").bind(by).first<string>("name");
  const values = { reference: ref, by: name ?? by };
  return mailOfficers(db, { template: "request-withdrawn", values, key: `request-withdrawn:${ref}:${rev}` });
}

/** Letters and the copy are for verified addresses only: staff may have mistyped one. */
const mayRead = ({ row, scope }: Opened): boolean =>
  scope === "whole" || (scope === "address" && row.proved_at !== null);

/** The copy, or the first of several files. */
ownPage.get(`${PATH}/copy`, (c) => sendCopy(c, 1));
ownPage.get(`${PATH}/copy/:part`, (c) => sendCopy(c, Number(c.req.param("part"))));

async function sendCopy(c: Context<App>, part: number) {
  const opened = await openedBy(c);
  if (!opened || !mayRead(opened) || !Number.isInteger(part)) return gone(c);
  const { row, moment, handed } = opened;
  if (!("to" in next(stepInputOf(row, moment), "share", "requester"))) return gone(c);
  const file = await copyOf(c.env.DB, row.id, moment, part);
  if (!file) return gone(c);
  // The requester reads their own copy anywhere; who has a link that was handed over may be anybody, its officer too.
  if (handed)
    try {
      const what = { purpose: file.purpose, file: file.id, ...handed };
      await wantCountry(c, moment.policy, "request-file", row.id, what);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { status: t } = spoken(c);
      return instead(c, t.elsewhereTitle, t.elsewhere, 403);
    }
  return sendFile(c, file, "zip", handed);
}

function gone(c: Context<App>) {
  const { status: t } = spoken(c);
  return instead(c, t.goneTitle, t.gone, 404, <a href="/privacy-request/status">{spoken(c).find.title}</a>);
}

interface Letter {
  text: string;
  sentOn: string;
}

async function show(c: Context<App>, opened: Opened, fault?: string) {
  const { row, scope, moment } = opened;
  const own = scope !== "page";
  const reads = mayRead(opened);
  const tells = isKnown(row) && (reads || opened.coded);
  if (own) await openedOnPage(c, row, opened.handed);
  const [mailed, events, letters, copy, parts, standing] = await Promise.all([
    mailedTo(c, row),
    c.env.DB.prepare(
      "SELECT action, at, IIF(action = 'take-back', detail, NULL) AS why FROM request_events WHERE request = ? ORDER BY id",
    )
      .bind(row.id)
      .all<{ action: string; at: string; why: string | null }>(),
    c.env.DB.prepare(
      `SELECT text, sent_on AS sentOn FROM request_letters
       WHERE request = ? AND kind NOT IN ('authority', 'recipient') ORDER BY at DESC`,
    )
      .bind(row.id)
      .all<Letter>(),
    copyOf(c.env.DB, row.id, moment),
    partsThere(c.env.DB, row.id),
    tells ? standingOf(c, row, opened.handed, moment) : null,
  ]);
  const input = stepInputOf(row, moment);
  const after = (action: (typeof byForm)[number] | "share") => next(input, action, "requester");
  const open = (action: Parameters<typeof after>[0]) => "to" in after(action);
  const withdrawal = after("withdraw");
  const words = spoken(c);
  const { status: t, texts } = words;
  const title = fill(t.title, { reference: row.ref });
  const here = c.req.path;
  return c.html(
    page(
      title,
      <>
        <h1>{title}</h1>
        {fault && (
          <p class="notice" role="alert">
            {fault}
          </p>
        )}
        {!own && <Sent row={row} mailed={mailed} reach={reachOf(moment)} />}
        <Progress row={row} moment={moment} own={own} />
        <TakenBack detail={events.results.find(({ why }) => why !== null)?.why ?? null} />
        {standing && <MayWeCall standing={standing} row={row} moment={moment} />}
        {reads && open("share") && copy && (
          <Copy here={here} narrowed={row.narrowed !== null} copy={copy} parts={parts} moment={moment} />
        )}
        {mayDo("confirm-writing", opened) && row.state === "unconfirmed" && (
          <Step
            here={here}
            action="confirm-writing"
            title={t.writingTitle}
            text={t.writingText}
            button={t.writing}
          />
        )}
        {scope === "address" &&
          row.email !== null &&
          row.proved_at === null &&
          row.state !== "unconfirmed" &&
          open("confirm-address") && (
            <Step
              here={here}
              action="confirm-address"
              title={t.proveTitle}
              text={t.proveText}
              button={t.prove}
            />
          )}
        {reads && letters.results.length > 0 && (
          <section>
            <h2>{t.letters}</h2>
            {letters.results.map(({ text, sentOn }) => (
              <>
                <h3>{sayDate(texts, sentOn)}</h3>
                <div class="letter">{text}</div>
              </>
            ))}
          </section>
        )}
        <History events={events.results} zone={zoneOfPolicy(moment.policy)} />
        {mayDo("withdraw", opened) && open("withdraw") && (
          <Step
            here={here}
            action="withdraw"
            title={t.withdrawTitle}
            text={t.withdrawText}
            button={t.withdraw}
          />
        )}
        {own && "refused" in withdrawal && withdrawal.refused === "withdrawal" && (
          <section>
            <h2>{t.withdrawTitle}</h2>
            <p>{t.withdrawByWord}</p>
          </section>
        )}
      </>,
      words,
    ),
    fault ? 409 : 200,
  );
}

function Progress({ row, moment, own }: { row: Row; moment: Moment; own: boolean }) {
  const { status: t, form, texts } = useContext(Spoken);
  const { decideBy, paused } = clocks(row, moment.today);
  const { duties } = dutiesOf(row, moment);
  const owed = (kind: DutyKind) => duties.find((duty) => duty.kind === kind && isOpen(duty))?.due;
  return (
    <dl>
      <dt>{t.kind}</dt>
      <dd>{form.kinds[row.kind]}</dd>
      {own && row.narrowed !== null && (
        <>
          <dt>{t.covers}</dt>
          <dd>{oneCall.has(row.narrowed) ? t.coversCall : fill(t.coversSaid, { said: row.narrowed })}</dd>
        </>
      )}
      <dt>{t.received}</dt>
      <dd>{sayDate(texts, row.received_on)}</dd>
      <dt>{t.state}</dt>
      <dd>{row.outcome === "taken-back" ? t.actions["take-back"] : t.states[row.state]}</dd>
      {waiting.includes(row.state) && row.kind !== "objection" && (
        <>
          <dt>{row.kind === "complaint" ? t.byComplaint : t.by}</dt>
          <dd>
            {sayDate(texts, decideBy)} {paused && t.paused}
          </dd>
        </>
      )}
      {(["progress", "outcome"] as const).map((kind) => {
        const due = owed(kind);
        return (
          due && (
            <>
              <dt>{kind === "progress" ? t.byProgress : t.byOutcome}</dt>
              <dd>{sayDate(texts, due)}</dd>
            </>
          )
        );
      })}
    </dl>
  );
}

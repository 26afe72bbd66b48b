/**
 * How far a request is, for people who have lost its link: by its reference and a code that is mailed to the address which
 * confirmed it. Whoever asks learns nothing of requests and addresses from the answer, which is the same for all. The code
 * opens what the sender of the form sees: no letters and no copy.
 */
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { fill } from "../../../shared/texts/language.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { limitTries } from "../../core/auth.ts";
import { wantForm } from "../../core/edge.ts";
import { Problem } from "../../core/errors.ts";
import type { App } from "../../env.ts";
import { mailVia } from "../../mail/outbox.ts";
import { strictForm } from "../../pages/layout.tsx";
import { momentOf } from "../rows.ts";
import { reachOf } from "./sent.tsx";
import { type Asked, mailCode, opensNow, pageOf, PERIOD, requestOf } from "./status-code.ts";
import { page, wordsFor } from "./words.tsx";

const PATH = "/privacy-request/status";
export const statusPage = new Hono<App>();
statusPage.use(PATH, strictForm, async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store");
  c.header("Vary", "Accept-Language", { append: true });
});

type Fault = "missing" | "code" | "busy";

statusPage.get(PATH, (c) => show(c, { reference: "", email: "" }, { at: "asks" }));

statusPage.post(PATH, csrf(), bodyLimit({ maxSize: 4_000 }), async (c) => {
  await wantForm(c);
  const sent = await c.req.parseBody();
  const word = (name: string): string => {
    const value = sent[name];
    return typeof value === "string" ? value.trim().slice(0, 320) : "";
  };
  const asked: Asked = { reference: inFours(word("reference")), email: word("email") };
  const code = inFours(word("code"));
  const at = word("step") === "code" ? "waits" : "asks";
  const once = word("once");
  try {
    await limitTries(c, () => Promise.resolve());
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "too-many-tries") throw error;
    return show(c, asked, { at, once, fault: "busy" }, 429);
  }
  if (asked.reference === "" || asked.email === "")
    return show(c, asked, { at: "asks", fault: "missing" }, 422);
  const known = await requestOf(c.env.DB, asked);
  const now = Date.now();
  if (at === "waits") {
    // The same work for one that is not there: neither what is said nor when tells of it.
    const period = await opensNow(c.env.DB, known ?? NOBODY, code, now);
    const opened = period === null || !known ? null : await pageOf(c, known, { period, once }, now);
    return opened === null ? show(c, asked, { at, once, fault: "code" }, 422) : c.redirect(opened, 303);
  }
  // Asked for whoever it is, so that its time tells nothing.
  const mails = (await mailVia(c.env)) !== null;
  const answer = await show(c, asked, { at: "waits" });
  // Behind the answer: neither its time nor a failure tells that there is such a request.
  if (known && mails)
    c.executionCtx.waitUntil(mailCode(c, known, now).catch((error: unknown) => console.error(error)));
  return answer;
});

const NOBODY = { id: "", ref: "", email: "" };

/** A reference or a code as `letters` writes it, however somebody does: without its hyphen, with spaces, with a phone's dash. */
const inFours = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .replace(/^(.{4})(.{4})$/, "$1-$2");

interface Step {
  at: "asks" | "waits";
  /** Of the page into which the code was written already: who sends it twice, by a double click, is not shut out. */
  once?: string;
  fault?: Fault;
}

async function show(c: Context<App>, asked: Asked, { at, once, fault }: Step, status: 200 | 422 | 429 = 200) {
  const words = wordsFor(c.req.header("accept-language"));
  const t = words.find;
  const reach = reachOf(await momentOf(c.env.DB, Date.now()));
  const mails = (await mailVia(c.env)) !== null;
  const html = page(
    `${fault ? words.form.errorTitle : ""}${t.title}`,
    <>
      <h1>{t.title}</h1>
      {mails ? <p>{t.lead}</p> : <p class="notice">{reach ? fill(t.noMail, { reach }) : t.noMailHow}</p>}
      {fault && (
        <p class="notice wrong" role="alert" id="fault">
          {t.faults[fault]}
        </p>
      )}
      {mails && at === "waits" && (
        <>
          {!fault && (
            <p class="notice" role="status">
              {fill(t.sent, { minutes: PERIOD / MINUTE })}
            </p>
          )}
          <form method="post" action={PATH} novalidate>
            <input type="hidden" name="step" value="code" />
            <input type="hidden" name="reference" value={asked.reference} />
            <input type="hidden" name="email" value={asked.email} />
            <input type="hidden" name="once" value={once || crypto.randomUUID()} />
            <Line name="code" label={t.code} value="" auto="one-time-code" wrong={fault === "code"} />
            <button type="submit">{t.open}</button>
          </form>
          <h2>{t.again}</h2>
        </>
      )}
      {mails && (
        <form method="post" action={PATH} novalidate>
          <Line
            name="reference"
            label={t.reference}
            value={asked.reference}
            auto="off"
            wrong={fault === "missing"}
          />
          <Line
            name="email"
            label={words.form.email}
            value={asked.email}
            auto="email"
            wrong={fault === "missing"}
          />
          <button type="submit">{t.send}</button>
        </form>
      )}
    </>,
    words,
  );
  return c.html(html, status);
}

interface LineProps {
  name: "reference" | "email" | "code";
  label: string;
  value: string;
  auto: string;
  wrong: boolean;
}

const Line = ({ name, label, value, auto, wrong }: LineProps) => (
  <div class="field">
    <label for={name}>{label}</label>
    <input
      id={name}
      name={name}
      type={name === "email" ? "email" : "text"}
      autocomplete={auto}
      value={value}
      {...(wrong ? { "aria-invalid": "true" as const, "aria-describedby": "fault" } : {})}
    />
  </div>
);

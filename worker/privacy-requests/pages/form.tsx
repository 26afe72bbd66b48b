/** The public form for data subjects. Needs no sign-in, and no script but in a flood (solve.tsx). */
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { createMiddleware } from "hono/factory";
import { type Child, useContext } from "hono/jsx";
import type * as z from "zod";
import { readDate } from "../../../shared/core/read-date.ts";
import type { Challenge } from "../../../shared/api.ts";
import { requestKind, requestRequest } from "../../../shared/privacy-requests/api.ts";
import { promiseOf } from "../../../shared/privacy-requests/duties.ts";
import { fill, plural } from "../../../shared/texts/language.ts";
import { record } from "../../core/commit.ts";
import { limitTries } from "../../core/auth.ts";
import { retryOnConflict } from "../../core/bulk.ts";
import { wantForm } from "../../core/edge.ts";
import type { App } from "../../env.ts";
import { Problem, problemOf, statusOf } from "../../core/errors.ts";
import { mailVia, sendSoon } from "../../mail/outbox.ts";
import { type Arriving, slowed } from "./flood.ts";
import { planRequest } from "../new-request.ts";
import { type Moment, momentOf } from "../rows.ts";
import { isInTime, stamp, TRAP } from "./form-guard.ts";
import { strictForm, strictFormScript } from "../../pages/layout.tsx";
import { reachOf } from "./sent.tsx";
import { SOLUTION, solver, Solver, SOLVER_PATH, Solving } from "./solve.tsx";
import { page, Spoken, wordsFor } from "./words.tsx";

const PATH = "/privacy-request";
const fields = [
  "kind",
  "name",
  "email",
  "address",
  "number",
  "callDate",
  "callTime",
  "narrowed",
  "text",
] as const;
type Field = (typeof fields)[number];
type Values = Partial<Record<Field, string>>;
interface Wrong {
  /** What is wrong with the form as a whole. */
  whole?: string;
  fields?: ReadonlySet<Field>;
  /** Nothing is wrong, but the browser has something to work out first. */
  challenge?: Challenge;
}
const UNSOLVED = statusOf("challenge-unsolved") as 428;

export const requestForm = new Hono<App>();
const framed = createMiddleware<App>(async (c, next) => {
  await next();
  const headers = c.res.status === UNSOLVED ? strictFormScript : strictForm;
  await headers(c, () => Promise.resolve());
  c.header("Cache-Control", "no-store");
  c.header("Vary", "Accept-Language", { append: true });
});
requestForm.use(PATH, framed);

requestForm.get(SOLVER_PATH, (c) =>
  c.body(solver, 200, { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" }),
);
requestForm.get(PATH, async (c) => formPage(c, await momentOf(c.env.DB, Date.now()), {}, null));

requestForm.post(PATH, csrf(), bodyLimit({ maxSize: 64_000 }), async (c) => {
  const moment = await momentOf(c.env.DB, Date.now());
  const t = wordsFor(c.req.header("accept-language")).form;
  await wantForm(c);
  const sent = await c.req.parseBody();
  const word = (name: string): string => {
    const value = sent[name];
    return typeof value === "string" ? value.replace(/\r\n/g, "\n").trim() : "";
  };
  const values: Values = Object.fromEntries(
    fields.map((field) => [field, word(field)] as const).filter(([, value]) => value !== ""),
  );
  if (word(TRAP) !== "") return formPage(c, moment, values, { whole: t.trapped });
  if (!(await isInTime(c.env.DB, word("at"), moment.now)))
    return formPage(c, moment, values, { whole: t.again }, word("at"));
  // As people write it; one that is no day is kept as it was written.
  const callDate = values.callDate && (readDate(values.callDate) ?? values.callDate);
  const read = requestRequest.safeParse({ ...values, callDate, narrowed: values.narrowed !== undefined });
  if (!read.success) return formPage(c, moment, values, { fields: faultsIn(values, read.error) });
  try {
    await limitTries(c, () => Promise.resolve());
    const arriving = await slowed(c, moment.now, word(SOLUTION));
    const link = await retryOnConflict(() => arrive(c, read.data, moment, arriving));
    sendSoon(c);
    return c.redirect(link, 303);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "too-many-tries")
      return formPage(c, moment, values, { whole: t.busy }, undefined, 429);
    if (error.challenge)
      // Without a challenge after a solution, so that no browser sends by itself again and again.
      return word(SOLUTION) === ""
        ? formPage(c, moment, values, { challenge: error.challenge }, word("at"), UNSOLVED)
        : formPage(c, moment, values, { whole: t.flood.again }, word("at"));
    if (error.code === "not-a-number" || error.code === "country-unclear")
      return formPage(c, moment, values, { fields: new Set(["number"]) });
    throw error;
  }
});

/** All faults at once: the schema checks what one field needs of another only after each is valid by itself. */
function faultsIn({ kind, email, address, number }: Values, error: z.ZodError): ReadonlySet<Field> {
  const wrong = new Set(error.issues.map(({ path }) => path[0] as Field));
  if (kind !== "complaint" && number === undefined) wrong.add("number");
  if (kind !== "objection" && email === undefined && address === undefined) wrong.add("email");
  return new Set(fields.filter((field) => wrong.has(field)));
}

async function arrive(
  c: Context<App>,
  asked: z.infer<typeof requestRequest>,
  moment: Moment,
  arriving: Arriving,
): Promise<string> {
  const from = { channel: "page", receivedOn: moment.today, by: "public", arriving } as const;
  const { event, statements, link } = await planRequest(c, asked, from, moment);
  await record(c.env, { actor: "public", event, statements }).catch((error: unknown) => {
    throw problemOf(error) ?? error;
  });
  return new URL(link).pathname;
}

async function formPage(
  c: Context<App>,
  moment: Moment,
  values: Values,
  wrong: Wrong | null,
  /** The form's signed time, to keep if it is still valid. */
  at?: string,
  status: 422 | 428 | 429 = 422,
) {
  const { policy, now } = moment;
  const challenge = wrong?.challenge;
  const words = wordsFor(c.req.header("accept-language"));
  const { form: t, texts } = words;
  const company = policy.identity.company || words.company;
  const region = policy.numbers.defaultRegion;
  const country =
    words.countries[region] ?? new Intl.DisplayNames(texts.language, { type: "region" }).of(region) ?? region;
  const promise = promiseOf(policy.requests);
  const time = at && (await isInTime(c.env.DB, at, now + 2000)) ? at : await stamp(c.env.DB, now);
  const bad = wrong?.fields ?? new Set<Field>();
  const html = page(
    `${challenge ? t.flood.title : wrong ? t.errorTitle : ""}${t.title}`,
    <>
      <h1>{t.title}</h1>
      <p>{fill(t.lead, { company })}</p>
      <p>
        {fill(t.decided, { days: plural(texts, words.days, promise.decide) })}{" "}
        {promise.pauses === "law" && `${t.pauses} `}
        {t.described} <a href="/policy">{t.policy}</a>.
      </p>
      <p>
        <a href="/privacy-request/status">{words.find.link}</a>
      </p>
      {challenge && <Solving challenge={challenge} reach={reachOf(moment)} />}
      {wrong && !challenge && <Faults whole={wrong.whole} fields={bad} />}
      <form method="post" action={PATH} novalidate>
        <input type="hidden" name="at" value={time} />
        {challenge && <input type="hidden" name={SOLUTION} id={SOLUTION} autocomplete="off" />}
        <Kinds chosen={values.kind} wrong={bad.has("kind")} />
        <Line name="name" value={values.name} wrong={bad.has("name")} autocomplete="name" />
        <Line
          name="email"
          type="email"
          value={values.email}
          wrong={bad.has("email")}
          autocomplete="email"
          hint={(await mailVia(c.env)) === null ? t.emailHintNone : t.emailHint}
        />
        <Field name="address" wrong={bad.has("address")} hint={t.addressHint} optional>
          <textarea
            {...attributes("address", bad.has("address"), true)}
            rows={3}
            autocomplete="street-address"
          >
            {values.address}
          </textarea>
        </Field>
        <Line
          name="number"
          type="tel"
          value={values.number}
          wrong={bad.has("number")}
          autocomplete="tel"
          hint={fill(t.numberHint, { country })}
        />
        <Line
          name="callDate"
          value={values.callDate}
          wrong={bad.has("callDate")}
          hint={t.callDateHint}
          optional
        />
        <Line name="callTime" type="time" value={values.callTime} wrong={bad.has("callTime")} optional />
        <div class="field choice">
          <input
            {...attributes("narrowed", bad.has("narrowed"), false)}
            type="checkbox"
            value="yes"
            checked={values.narrowed !== undefined}
          />
          <label for="narrowed">
            {t.narrowed} {t.optional}
          </label>
          {bad.has("narrowed") && (
            <span class="wrong" id="narrowed-wrong">
              {t.errors["narrowed"]}
            </span>
          )}
        </div>
        <Field name="text" wrong={bad.has("text")} optional>
          <textarea {...attributes("text", bad.has("text"), false)} rows={5}>
            {values.text}
          </textarea>
        </Field>
        <div class="trap" aria-hidden="true">
          <label for={TRAP}>{t.trap}</label>
          <input id={TRAP} name={TRAP} tabindex={-1} autocomplete="off" />
        </div>
        <button type="submit">{t.send}</button>
      </form>
      {challenge && <Solver />}
    </>,
    words,
  );
  return c.html(html, wrong ? status : 200);
}

/** The faults at the top, each a link to its field. */
function Faults({ whole, fields: bad }: { whole: string | undefined; fields: ReadonlySet<Field> }) {
  const t = useContext(Spoken).form;
  return (
    <div class="notice" role="alert">
      <p class="wrong">{whole ?? t.wrong}</p>
      <ul>
        {[...bad].map((field) => (
          <li>
            <a href={field === "kind" ? "#kind-access" : `#${field}`}>{t.errors[field]}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Kinds({ chosen, wrong }: { chosen: string | undefined; wrong: boolean }) {
  const t = useContext(Spoken).form;
  return (
    <fieldset aria-describedby={wrong ? "kind-wrong" : undefined}>
      <legend>{t.kind}</legend>
      {wrong && (
        <span class="wrong" id="kind-wrong">
          {t.errors["kind"]}
        </span>
      )}
      {requestKind.options.map((kind) => (
        <div class="choice">
          <input type="radio" id={`kind-${kind}`} name="kind" value={kind} checked={chosen === kind} />
          <label for={`kind-${kind}`}>{t.kinds[kind]}</label>
        </div>
      ))}
    </fieldset>
  );
}

const attributes = (name: Field, wrong: boolean, hint: boolean) => {
  const described = [hint && `${name}-hint`, wrong && `${name}-wrong`].filter(Boolean).join(" ");
  return {
    id: name,
    name,
    ...(wrong ? { "aria-invalid": "true" as const } : {}),
    ...(described ? { "aria-describedby": described } : {}),
  };
};

interface Shown {
  name: Exclude<Field, "kind" | "narrowed">;
  wrong: boolean;
  hint?: string;
  optional?: boolean;
}
function Field({ name, wrong, hint, optional, children }: Shown & { children?: Child }) {
  const t = useContext(Spoken).form;
  return (
    <div class="field">
      <label for={name}>
        {t[name]} {optional && t.optional}
      </label>
      {hint && (
        <span class="hint" id={`${name}-hint`}>
          {hint}
        </span>
      )}
      {wrong && (
        <span class="wrong" id={`${name}-wrong`}>
          {t.errors[name]}
        </span>
      )}
      {children}
    </div>
  );
}

function Line({
  type = "text",
  value,
  autocomplete,
  ...shown
}: Shown & { type?: string; value: string | undefined; autocomplete?: string }) {
  const { name, wrong, hint } = shown;
  return (
    <Field {...shown}>
      <input
        {...attributes(name, wrong, hint !== undefined)}
        type={type}
        value={value ?? ""}
        autocomplete={autocomplete ?? "off"}
      />
    </Field>
  );
}

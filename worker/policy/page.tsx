/** /policy: the policy in force as a public page, and each past version, without sign-in and without script. */
import { Hono } from "hono";
import type { Child } from "hono/jsx";
import type { Policy } from "../../shared/policy/policy.ts";
import { sayNumber } from "../../shared/phone/phone.ts";
import { english, fill, plural, sayDate } from "../../shared/texts/language.ts";
import { policyEn, sayHours } from "../../shared/texts/policy/clauses.en.ts";
import { publicPolicyEn } from "../../shared/texts/policy/public.en.ts";
import { promiseOf } from "../../shared/privacy-requests/duties.ts";
import { monthsLater } from "../../shared/core/calendar.ts";
import type { App } from "../env.ts";
import { type HeadRow, selectHeads } from "../registers/heads.ts";
import { latestPolicy, LEGACY, type PolicyRow, readDoc, readPolicy } from "./current.ts";
import { Recipients } from "./recipients-section.tsx";
import { type TakenOver, undescribedOf } from "./taken-over.ts";
import { page, strict } from "../pages/layout.tsx";

const t = publicPolicyEn;
const sayDays = (n: number) => plural(english, policyEn.days, n);
const listed = (items: string[]) => new Intl.ListFormat("en-GB", { type: "conjunction" }).format(items);
const regionName = (code: string) => new Intl.DisplayNames("en-GB", { type: "region" }).of(code) ?? code;

export const policyPage = new Hono<App>();

/** Versions listed at most; an address names any of them. */
const MOST = 50;

/** A version, and when the next one took its place. */
const selectVersion = `SELECT v.version, v.doc, v.at, v.by, ${LEGACY},
    (SELECT n.at FROM policies n WHERE n.version > v.version ORDER BY n.version LIMIT 1) AS until
  FROM policies v WHERE v.version = ?`;

policyPage.get("/policy", strict, async (c) => {
  const [rows, heads, saved] = (await c.env.DB.batch([
    c.env.DB.prepare(latestPolicy),
    c.env.DB.prepare(selectHeads),
    c.env.DB.prepare("SELECT version, at FROM policies ORDER BY version DESC LIMIT ?").bind(MOST + 1),
  ])) as [D1Result<PolicyRow>, D1Result<HeadRow>, D1Result<Saved>];
  const row = rows.results[0];
  const { version, policy } = readPolicy(row);
  const undescribed = await undescribedOf(c.env, policy.recipients);
  const earlier = saved.results.filter((one) => one.version < version).slice(0, MOST);
  c.header("Cache-Control", "public, max-age=60");
  const since = row?.at?.slice(0, 10);
  const past = earlier.length > 0 ? <Past earlier={earlier} /> : null;
  return c.html(whole(policy, heads.results, { version, since, undescribed }, past));
});

interface Saved {
  version: number;
  at: string;
}

/**
 * What a past version shows, for good: of people, places and texts about somebody only what the one in force names, too. What
 * was taken out of the policy is not public again.
 */
function shown(past: Policy, now: Policy): Policy {
  const kept = (was: string, is: string | undefined) => (was === is ? was : "");
  const recipients = past.recipients.flatMap((recipient) => {
    const still = now.recipients.find(({ name }) => name === recipient.name);
    return still ? [{ ...recipient, contract: kept(recipient.contract, still.contract) }] : [];
  });
  const grounds = Object.entries(past.grounds).map(([id, ground]) => [
    id,
    kept(ground, now.grounds[id]) || t.groundGone,
  ]);
  return {
    ...past,
    review: { ...past.review, by: kept(past.review.by, now.review.by) },
    identity: {
      ...past.identity,
      address: kept(past.identity.address, now.identity.address),
      freephone: kept(past.identity.freephone, now.identity.freephone),
      presentationNumber:
        past.identity.presentationNumber === now.identity.presentationNumber
          ? now.identity.presentationNumber
          : null,
    },
    recording: {
      ...past.recording,
      announcement: kept(past.recording.announcement, now.recording.announcement),
    },
    recipients,
    grounds: Object.fromEntries(grounds) as Policy["grounds"],
  };
}

/** A past version, in the words of today. */
policyPage.get("/policy/:version{[0-9]{1,9}}", strict, async (c) => {
  const [found, heads, newest] = (await c.env.DB.batch([
    c.env.DB.prepare(selectVersion).bind(Number(c.req.param("version"))),
    c.env.DB.prepare(selectHeads),
    c.env.DB.prepare(latestPolicy),
  ])) as [D1Result<PolicyRow & { until: string | null }>, D1Result<HeadRow>, D1Result<PolicyRow>];
  const row = found.results[0];
  if (!row) return c.notFound();
  // The newest one may read otherwise by what a Worker of before left out of it.
  if (row.until === null) return c.redirect("/policy", 302);
  const version = row.version!;
  const policy = shown(readDoc(row.doc, row.legacy === 1), readPolicy(newest.results[0]).policy);
  const notice = (
    <p class="notice" role="note">
      {fill(t.past, { date: sayDate(english, row.until.slice(0, 10)) })} <a href="/policy">{t.current}</a>
    </p>
  );
  c.header("Cache-Control", "public, max-age=60");
  return c.html(whole(policy, heads.results, { version, since: row.at!.slice(0, 10) }, null, notice));
});

interface Version {
  version: number;
  since: string | undefined;
  /** Of the version in force: who receives as well. */
  undescribed?: readonly TakenOver[];
}

function whole(
  policy: Policy,
  heads: HeadRow[],
  { version, since, undescribed = [] }: Version,
  after: Child,
  before: Child = null,
) {
  const { company } = policy.identity;
  const names = heads.map(({ id, name }) => ({ id, name }));
  return page(
    `${t.title}${company && `: ${company}`}`,
    <>
      <h1>{t.title}</h1>
      {before}
      <p>{fill(t.lead, { company: company || t.nameless })}</p>
      <Dates version={version} since={since} review={policy.review} hasPast={after !== null} />
      <Screening policy={policy} names={names} />
      <Identity identity={policy.identity} />
      <CallingHours policy={policy} />
      <Recording recording={policy.recording} />
      <Recipients recipients={policy.recipients} undescribed={undescribed} />
      <Requests requests={policy.requests} />
      {after}
    </>,
  );
}

function Past({ earlier }: { earlier: Saved[] }) {
  return (
    <nav aria-labelledby="past">
      <h2 id="past">{t.earlier}</h2>
      <ul>
        {earlier.map(({ version, at }) => (
          <li>
            <a href={`/policy/${version}`}>
              {fill(t.versionText, { n: version, date: sayDate(english, at.slice(0, 10)) })}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface DatesProps extends Version {
  review: Policy["review"];
  /** The page ends with the earlier versions. */
  hasPast: boolean;
}

function Dates({ version, since, review, hasPast }: DatesProps) {
  const { lastReviewed, by, everyMonths } = review;
  const reviewed = lastReviewed
    ? fill(by ? t.reviewedBy : t.reviewedPlain, { date: sayDate(english, lastReviewed), by })
    : t.neverReviewed;
  return (
    <dl>
      <dt>{t.version}</dt>
      <dd>
        {since ? fill(t.versionText, { n: version, date: sayDate(english, since) }) : t.defaults}
        {hasPast && (
          <>
            {" "}
            (<a href="#past">{t.toEarlier}</a>)
          </>
        )}
      </dd>
      <dt>{t.reviewed}</dt>
      <dd>{reviewed}</dd>
      {lastReviewed && <dt>{t.next}</dt>}
      {lastReviewed && (
        <dd>{fill(t.nextText, { date: sayDate(english, monthsLater(lastReviewed, everyMonths)) })}</dd>
      )}
    </dl>
  );
}

function Screening({ policy, names }: { policy: Policy; names: { id: string; name: string }[] }) {
  const by = (treatment: "hold" | "warn") =>
    names
      .filter(
        ({ id }) => (policy.registers[id] ?? "hold") === treatment && !Object.hasOwn(policy.grounds, id),
      )
      .map(({ name }) => name);
  const [held, warned] = [by("hold"), by("warn")];
  const { maxListAgeDays, graceDays } = policy.screening;
  const grounds = Object.entries(policy.grounds);
  const any = held.length + warned.length + grounds.length > 0;
  return (
    <section>
      <h2>{t.screening}</h2>
      {held.length > 0 && <p>{fill(t.held, { lists: listed(held) })}</p>}
      {warned.length > 0 && <p>{fill(t.warned, { lists: listed(warned) })}</p>}
      {any ? <p>{fill(t.fresh, { days: sayDays(maxListAgeDays) })}</p> : <p>{t.noRegisters}</p>}
      {any && graceDays > 0 && <p>{fill(t.grace, { days: sayDays(graceDays) })}</p>}
      {grounds.map(([id, ground]) => (
        <p>{fill(t.ground, { list: names.find((list) => list.id === id)?.name ?? id, ground })}</p>
      ))}
      <p>{t.inHouse}</p>
    </section>
  );
}

function Identity({ identity }: { identity: Policy["identity"] }) {
  const { company, address, freephone, presentationNumber } = identity;
  return (
    <section>
      <h2>{t.identity}</h2>
      <p>{t.identityText}</p>
      {presentationNumber && <p>{fill(t.number, { number: sayNumber(presentationNumber) })}</p>}
      {(address || freephone) && (
        <>
          <p>{t.contact}</p>
          <address>{[company, address, freephone].filter(Boolean).join("\n")}</address>
        </>
      )}
    </section>
  );
}

function CallingHours({ policy }: { policy: Policy }) {
  const regions = Object.entries(policy.hours);
  const holidays = policy.holidays.map((part) => policyEn.values[part] ?? part);
  if (regions.length + holidays.length === 0) return null;
  return (
    <section>
      <h2>{t.hours}</h2>
      {regions.length > 0 && (
        <>
          <p>{t.hoursText[policy.outOfHours]}</p>
          <ul>
            {regions.map(([region, days]) => (
              <li>{fill(t.hoursIn, { region: regionName(region), hours: sayHours(days) })}</li>
            ))}
          </ul>
        </>
      )}
      {holidays.length > 0 && <p>{fill(t.holidays[policy.outOfHours], { parts: listed(holidays) })}</p>}
    </section>
  );
}

function Recording({ recording }: { recording: Policy["recording"] }) {
  const { announcement, purposes, regions, retentionMonths, openedFrom } = recording;
  const inSentence = (code: string) => t.countries[code] ?? regionName(code);
  const said = listed(purposes.map((purpose) => policyEn.values[purpose] ?? purpose));
  return (
    <section>
      <h2>{t.recording}</h2>
      <p>{fill(t.recordingText, { announcement, purposes: said })}</p>
      <p>
        {fill(t.stored, {
          regions: listed(regions.map(inSentence)),
        })}{" "}
        {fill(t.kept, { months: plural(english, policyEn.months, retentionMonths) })}
        {openedFrom.length > 0 && ` ${fill(t.openedFrom, { regions: listed(openedFrom.map(inSentence)) })}`}
      </p>
      <p>{t.never}</p>
    </section>
  );
}

function Requests({ requests }: { requests: Policy["requests"] }) {
  const promise = promiseOf(requests);
  return (
    <section>
      <h2>{t.requests}</h2>
      <p>
        {t.requestsText} <a href="/privacy-request">{t.requestsLink}</a>
      </p>
      <p>
        {fill(t.decided, { days: sayDays(promise.decide) })} {t.pauses[promise.pauses]}
        {promise.extensions && ` ${t.extended}`}
      </p>
      <p>
        {fill(t.complaints, {
          acknowledge: sayDays(promise.acknowledge),
          progress: sayDays(promise.progress),
          outcome: sayDays(promise.outcome),
        })}
      </p>
      {requests.erasureInWriting && <p>{t.writing}</p>}
      <p>
        {t.authority} <a href="https://ico.org.uk/make-a-complaint/">{t.authorityLink}</a>
      </p>
    </section>
  );
}

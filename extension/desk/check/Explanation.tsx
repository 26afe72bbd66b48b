/** A verdict with what is behind each of its reasons, what is known of the number, and what the law wants of the call. */
import { Anchor, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import type { Because, ExplainAnswer, ExplainedRule } from "../../../shared/check/api-explain.ts";
import type { Facts } from "../../../shared/check/api.ts";
import type { Shows } from "../../../shared/check/opening.ts";
import { clauseAt } from "../../../shared/policy/clauses.ts";
import type { OpeningDuty } from "../../../shared/law/rules.ts";
import { checkEn as text } from "../../../shared/texts/check/desk.en.ts";
import { lawEn } from "../../../shared/texts/law/law.en.ts";
import { sayElse, sayFirst, sayRule } from "../../../shared/texts/law/law.ts";
import { policyEn, sayClause } from "../../../shared/texts/policy/clauses.en.ts";
import { Fact } from "../parts/Fact.tsx";
import { countryName } from "../../ui/countries.ts";
import { linkTo } from "../parts/location.ts";
import { PhoneNumber } from "../parts/PhoneNumber.tsx";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { VerdictTag } from "../parts/Verdict.tsx";
import { When } from "../parts/When.tsx";

export function Explanation({ answer }: { answer: ExplainAnswer }) {
  const { number, verdict, reasons, facts, as, medium, at, past, opening, presents } = answer;
  const [before, after] = fill(text.asked[medium], { kind: policyEn.values[as], at: "\n" }).split("\n");
  return (
    <Stack gap="md" component="article" aria-label={text.title}>
      <Paper withBorder p="md">
        <Group gap="sm">
          <Title order={2} size="h3">
            <PhoneNumber e164={number} />
          </Title>
          <VerdictTag verdict={verdict} />
        </Group>
        <Text c="dimmed" size="sm">
          {before}
          <When at={at} />
          {past && `, ${text.past}`}
          {after}
        </Text>
        <Title order={3} size="h5" mt="md">
          {text.reasons}
        </Title>
        <List spacing="xs" data-reasons>
          {reasons.map((reason, i) => (
            <List.Item key={i}>
              {reason.text}
              <Text size="sm" c="dimmed" component="div">
                <Behind because={reason.because} />
              </Text>
            </List.Item>
          ))}
        </List>
      </Paper>
      <Paper withBorder p="md" component="section" aria-labelledby="check-facts">
        <Title order={3} size="h5" id="check-facts">
          {text.facts}
        </Title>
        <Known facts={facts} />
      </Paper>
      <Paper withBorder p="md" component="section" aria-labelledby="check-opening">
        <Title order={3} size="h5" id="check-opening">
          {text.opening}
        </Title>
        <Wanted opening={opening} presents={presents} />
      </Paper>
    </Stack>
  );
}

export function Behind({ because }: { because: Because }) {
  const { rules, clause } = because;
  return (
    <>
      {rules.map((rule) => (
        <div key={rule.id}>
          <Rule rule={rule} />
        </div>
      ))}
      {clause === null ? (
        sayElse(lawEn, because)
      ) : (
        // The link leads to the clause's group.
        <Anchor underline="always" href={linkTo("/policy", { at: clauseAt(clause)?.group ?? "" })}>
          {fill(text.policy, { clause: sayClause(clause) })}
        </Anchor>
      )}
    </>
  );
}

const Rule = ({ rule }: { rule: ExplainedRule }) => (
  <>
    {sayRule(lawEn, rule)}{" "}
    <Anchor underline="always" href={rule.url} target="_blank" rel="noreferrer">
      {new URL(rule.url).host}
    </Anchor>
  </>
);

function Known({ facts }: { facts: Facts }) {
  const { region, line, party, consents, contacts, sources = [] } = facts;
  const whose = text.parties[party?.party ?? "unknown"];
  return (
    <dl className="desk-terms">
      <Fact label={text.region}>{region === null ? text.none : countryName(region)}</Fact>
      <Fact label={text.line}>{text.lines[line ?? "unknown"]}</Fact>
      <Fact label={text.party}>
        {party
          ? fill(text.said, {
              party: whose,
              source: text.sources[party.source],
              date: sayDate(texts, party.at.slice(0, 10)),
            })
          : whose}
      </Fact>
      <Fact label={text.consents}>
        {consents.length === 0
          ? text.noConsents
          : consents.map((consent, i) => <div key={i}>{sayConsent(consent)}</div>)}
      </Fact>
      {sources.length > 0 && (
        <Fact label={text.origins}>
          {sources.map((origin, i) => (
            <div key={i}>{sayOrigin(origin)}</div>
          ))}
        </Fact>
      )}
      {contacts && <Fact label={text.contacts}>{contacts.attempts.length}</Fact>}
    </dl>
  );
}

/** "Sales: Trade fair; since 3 May 2025; told by post". */
const sayOrigin = ({ crm, source, since, notice }: NonNullable<Facts["sources"]>[number]): string => {
  const said = [
    ...(source === undefined ? [] : [source]),
    ...(since === undefined ? [] : [fill(text.since, { date: since })]),
    ...(notice === undefined ? [] : [fill(text.notice, { notice })]),
  ];
  return `${crm}: ${said.join("; ")}`;
};

function sayConsent(consent: Facts["consents"][number]): string {
  const { kind, basis, givenAt, until, left, provisional } = consent;
  const parts = [
    fill(text.consent, {
      kind: text.kinds[kind ?? basis],
      date: sayDate(texts, givenAt.slice(0, 10)),
    }),
    ...(until === null ? [] : [fill(text.until, { date: sayDate(texts, until) })]),
    ...(left === undefined ? [] : [fill(text.left, { n: left })]),
    ...(provisional ? [text.provisional] : []),
  ];
  return parts.join("; ");
}

function Wanted({ opening, presents }: Pick<ExplainAnswer, "opening" | "presents">) {
  if (opening.length === 0 && presents.length === 0) return <Text size="sm">{text.nothing}</Text>;
  const first = sayFirst(lawEn, { says: new Map(opening.map(({ duty }) => [duty as OpeningDuty, []])) });
  const rules = new Map([...opening, ...presents].flatMap((one) => one.rules.map((rule) => [rule.id, rule])));
  return (
    <>
      {first && <Text>{first}</Text>}
      {presents.map(({ shows }) => (
        <Text key={shows}>{lawEn.shows[shows as Shows]}</Text>
      ))}
      {[...rules.values()].map((rule) => (
        <Text key={rule.id} size="sm" c="dimmed">
          <Rule rule={rule} />
        </Text>
      ))}
    </>
  );
}

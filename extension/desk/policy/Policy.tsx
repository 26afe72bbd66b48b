/** The whole policy: its clauses, whose changes are staged and then saved together, and its history. */
import { Alert, Anchor, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import {
  type Clause,
  clauseAt,
  clauses,
  clauseValue,
  hasClause,
  type Group as GroupName,
  groups,
} from "../../../shared/policy/clauses.ts";
import { policyEn, saySource } from "../../../shared/texts/policy/clauses.en.ts";
import { deskProposalsEn } from "../../../shared/texts/policy/desk-proposals.en.ts";
import { deskPolicyEn as words } from "../../../shared/texts/policy/desk.en.ts";
import { mayChangePolicy } from "../../ui/our-pages.ts";
import type { PolicyDraft } from "../../ui/usePolicy.ts";
import { client, touch, useApi } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { useMe } from "../parts/me.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { TabbedPage } from "../parts/TabbedPage.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { useToday } from "../parts/useToday.ts";
import { sayTime } from "../parts/When.tsx";
import { PolicyBar, refusedClause } from "./Bar.tsx";
import { PolicyControl } from "./Control.tsx";
import { usePolicyDraft } from "./Draft.tsx";
import { PolicyHistory } from "./History.tsx";
import { PolicyProposals } from "./Proposals.tsx";

const { raised } = deskProposalsEn;

function Clauses() {
  const answer = useApi<PolicyAnswer>("/v1/policy");
  return <QueryState of={answer}>{(saved) => <Whole saved={saved} />}</QueryState>;
}

const panels = { clauses: Clauses, proposals: PolicyProposals, history: PolicyHistory };

export default function Policy() {
  const { workerUrl } = useMe();
  return (
    <TabbedPage
      path="/policy"
      title={words.title}
      lead={words.lead}
      panels={panels}
      labels={words.tabs}
      actions={
        <Button component="a" href={`${workerUrl}/policy`} target="_blank" rel="noreferrer" variant="default">
          {words.public}
        </Button>
      }
    />
  );
}

function Whole({ saved }: { saved: PolicyAnswer }) {
  const draft = usePolicyDraft();
  const { policy } = draft;
  const may = mayChangePolicy(useMe().person.role);
  const [{ at }] = useFilters("at");
  const ready = policy !== undefined;
  useEffect(() => {
    // A link to the policy may name a group of clauses: `#/policy?at=identity`.
    if (ready && at !== "") document.getElementById(`group-${at}`)?.scrollIntoView();
  }, [at, ready]);
  if (!policy) return null;
  const now = draft.saved ?? saved;
  // An older Worker raises nothing.
  const { raised: below = [] } = now as Partial<PolicyAnswer>;
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed">
        {now.at === null
          ? words.defaults
          : fill(words.version, { n: now.version, by: now.byName ?? now.by ?? "", date: sayTime(now.at) })}
      </Text>
      {!may && (
        <Alert color="blue" role="note">
          {words.readOnly}
        </Alert>
      )}
      {below.length > 0 && (
        <Alert color="yellow" role="note" title={raised.title}>
          <List size="sm">
            {below.map(({ path, text }) => (
              <List.Item key={path}>{text}</List.Item>
            ))}
          </List>
          <Text size="sm">{raised.text}</Text>
        </Alert>
      )}
      <nav aria-label={words.groups}>
        <Group gap={4}>
          {groups.map((group) => (
            <Button
              key={group}
              size="compact-sm"
              variant="default"
              onClick={() => document.getElementById(`group-${group}`)?.scrollIntoView()}
            >
              {policyEn.groups[group]}
            </Button>
          ))}
        </Group>
      </nav>
      <div className="desk-two">
        {groups.map((group) => (
          <Section key={group} group={group} draft={draft} may={may} />
        ))}
      </div>
      <PolicyBar
        draft={draft}
        saved={() => void touch(client, ["/v1/policy", "/v1/proposals", "/v1/recordings", "/v1/recipients"])}
      />
    </Stack>
  );
}

interface Part {
  draft: PolicyDraft;
  may: boolean;
}

function Section({ group, draft, may }: Part & { group: GroupName }) {
  const { person } = useMe();
  const today = useToday();
  return (
    <Paper
      withBorder
      component="section"
      id={`group-${group}`}
      className="desk-group"
      aria-labelledby={`head-${group}`}
    >
      <Group justify="space-between" px="md" pt="md" pb={4}>
        <Title order={2} size="h3" id={`head-${group}`}>
          {policyEn.groups[group]}
        </Title>
        {group === "review" && may && (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              draft.set("review.lastReviewed", today);
              draft.set("review.by", person.name);
            }}
          >
            {words.reviewedToday}
          </Button>
        )}
      </Group>
      {clauses
        // An older Worker does not know the clauses that came since.
        .filter((clause) => clause.group === group && draft.policy && hasClause(draft.policy, clause))
        .map((clause) => (
          <OneClause key={clause.path} clause={clause} draft={draft} may={may} />
        ))}
    </Paper>
  );
}

function OneClause({ clause, draft, may }: Part & { clause: Clause }) {
  const { path, locked, source } = clause;
  const [title, text] = policyEn.clauses[path] ?? [path, ""];
  const name = saySource(source);
  const said =
    source === "company"
      ? fill(words.source, { name })
      : fill(words.sourceOn, { name, date: sayDate(texts, source.on) });
  const { policy, changes, failure } = draft;
  if (!policy) return null;
  const readOnly = !may || locked === true;
  const changed = changes.some((change) => clauseAt(change.path)?.path === path);
  const errors = failure?.kind === "refused" ? failure.errors : [];
  const error = errors
    .filter((e) => refusedClause(e.path) === path)
    .map((e) => e.message)
    .join(" ");
  return (
    <div className="desk-clause" data-clause={path} data-changed={changed || undefined}>
      <div>
        <Group gap={8}>
          <Text fw={600} size="sm" component="h3">
            {title}
          </Text>
          {locked && <Tag>{words.locked}</Tag>}
          {clause.admin && <Tag>{words.adminOnly}</Tag>}
        </Group>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
        {source === "company" ? (
          <Text size="xs" c="dimmed">
            {said}
          </Text>
        ) : (
          <Anchor size="xs" href={source.url} target="_blank" rel="noreferrer">
            {said}
          </Anchor>
        )}
      </div>
      <div>
        <PolicyControl
          clause={clause}
          value={clauseValue(policy, path)}
          policy={policy}
          label={title}
          error={error === "" ? undefined : error}
          readOnly={readOnly}
          set={draft.set}
        />
      </div>
    </div>
  );
}

/** What waits for a second person: its changes, its effect in numbers, and one click to approve or refuse it. */
import { Alert, Anchor, Button, Group, List, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Proposal, ProposalsAnswer } from "../../../shared/policy/api.ts";
import type { PolicyChange } from "../../../shared/policy/clauses.ts";
import { deskProposalsEn as words } from "../../../shared/texts/policy/desk-proposals.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { useApi, useMutate, usePages } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { useMe } from "../parts/me.ts";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { RecordingsRetentionDialog } from "../recordings/Retention.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { sayTime, When } from "../parts/When.tsx";

const rowsOf = (answer: ProposalsAnswer) => answer.proposals;

export function PolicyProposals() {
  const open = useApi<ProposalsAnswer>("/v1/proposals");
  const [past, setPast] = useState(false);
  const [longer, setLonger] = useState(false);
  return (
    <>
      {longer && <RecordingsRetentionDialog close={() => setLonger(false)} />}
      <QueryState
        of={open}
        empty={{
          when: ({ proposals }) => proposals.length === 0,
          show: <Empty title={words.empty} text={words.emptyText} />,
        }}
      >
        {({ proposals }) => (
          <Stack gap="sm" component="ol" className="desk-versions" aria-label={words.open}>
            {proposals.map((proposal) => (
              <One
                key={proposal.id}
                proposal={proposal}
                approved={() => setLonger(proposal.changes.some(isLonger))}
              />
            ))}
          </Stack>
        )}
      </QueryState>
      {past ? (
        <Settled />
      ) : (
        <div>
          <Button variant="default" onClick={() => setPast(true)}>
            {words.showSettled}
          </Button>
        </div>
      )}
    </>
  );
}

/** A longer retention. Existing recordings keep their dates until an administrator answers the question that follows. */
const isLonger = ({ path, from, to }: PolicyChange): boolean =>
  path === "recording.retentionMonths" && Number(to) > Number(from);

function Settled() {
  const pages = usePages<ProposalsAnswer, Proposal>(
    "/v1/proposals",
    { show: "settled", limit: 20 },
    rowsOf,
    "before",
  );
  return (
    <>
      <QueryState
        of={{ data: pages.isPending ? undefined : pages.rows, error: pages.error, refetch: pages.refetch }}
        empty={{ when: (rows) => rows.length === 0, show: <Text size="sm">{words.noneSettled}</Text> }}
      >
        {(rows) => (
          <Stack gap="sm" component="ol" className="desk-versions" aria-label={words.settled}>
            {rows.map((proposal) => (
              <One key={proposal.id} proposal={proposal} />
            ))}
          </Stack>
        )}
      </QueryState>
      {pages.next && (
        <div>
          <Button variant="default" loading={pages.busy} onClick={pages.more}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}

interface OneProps {
  proposal: Proposal;
  approved?: (() => void) | undefined;
}

function One({ proposal, approved }: OneProps) {
  const { kind, changes, effect, why, by, byName, at, state } = proposal;
  return (
    <Paper withBorder p="md" component="li" data-proposal={proposal.id}>
      <Group gap="sm">
        <Text fw={600}>{words.kinds[kind]}</Text>
        <Tag tone={state === "approved" || state === "counted" ? "good" : "plain"}>{words.states[state]}</Tag>
        <Text size="sm" c="dimmed">
          <Anchor href={linkTo(`/people/${by}`)} size="sm" underline="always">
            {byName}
          </Anchor>
          , <When at={at} />
        </Text>
      </Group>
      {why !== "" && (
        <Text size="sm" mt={4} className="desk-why">
          “{why}”
        </Text>
      )}
      <List size="sm" mt={6}>
        {changes.map(({ path, text }) => (
          <List.Item key={path}>
            {text}
            <Text size="sm" c="dimmed">
              {effect.find((one) => one.path === path)?.text ?? words.noFigure}
            </Text>
          </List.Item>
        ))}
      </List>
      {state === "open" ? <Ways proposal={proposal} approved={approved} /> : <Outcome proposal={proposal} />}
    </Paper>
  );
}

function Outcome({ proposal: { state, settledByName, settledAt, version } }: { proposal: Proposal }) {
  if (state === "open" || settledAt === null) return null;
  return (
    <Text size="sm" mt={6}>
      {fill(words.outcomes[state], { name: settledByName ?? "", date: sayTime(settledAt) })}{" "}
      {version !== null && (
        <Anchor size="sm" underline="always" href={linkTo("/policy/history", { version: String(version) })}>
          {fill(words.version, { n: version })}
        </Anchor>
      )}
    </Text>
  );
}

type Way = "approve" | "refuse" | "withdraw";

/** What the person who looks may do with it: the Worker decides by the same rules. */
function Ways({ proposal, approved }: OneProps) {
  const { id, by, roles, alone, countsAt, told, expiresAt } = proposal;
  const { person } = useMe();
  const own = person.id === by;
  const end = useMutate<Way>((way) => ({ method: "POST", path: `/v1/proposals/${id}/${way}` }), {
    touches: ["/v1/proposals", "/v1/policy", "/v1/people", "/v1/recordings", "/v1/recipients"],
    done: (_, way) => {
      if (way === "approve") approved?.();
      return words.done[way];
    },
  });
  const approves = !own && roles.includes(person.role);
  const who = roles.map((role) => rolesEn[role]).join(words.or);
  const button = (way: Way, variant: "filled" | "default") => (
    <Button
      key={way}
      size="xs"
      variant={variant}
      loading={end.isPending && end.variables === way}
      disabled={end.isPending}
      onClick={() => end.mutate(way)}
    >
      {words.ways[way]}
    </Button>
  );
  return (
    <Stack gap="xs" mt="sm">
      {!alone ? (
        <Text size="sm">{fill(words.waits, { who, date: sayTime(expiresAt) })}</Text>
      ) : (
        <Alert color="yellow" role="note">
          {countsAt === null
            ? fill(words.untold, { who })
            : fill(words.alone, { who, date: sayTime(countsAt) })}{" "}
          {told.map(({ name, how, at }) => fill(words.told[how], { name, date: sayTime(at) })).join(" ")}
        </Alert>
      )}
      <Group gap="xs">
        {approves && button("approve", "filled")}
        {own ? button("withdraw", "default") : button("refuse", "default")}
      </Group>
    </Stack>
  );
}

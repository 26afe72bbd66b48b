/** The policy's versions: who saved each, when, why, and what it changed. */
import { Anchor, Button, Group, List, Paper, Stack, Text } from "@mantine/core";
import type { PolicyAnswer, PolicyVersions } from "../../../shared/policy/api.ts";
import {
  changesBetween,
  clauseAt,
  clauses,
  clauseValue,
  groups,
  isRecord,
} from "../../../shared/policy/clauses.ts";
import { changesBack } from "../../../shared/policy/loosened.ts";
import type { Hours, Policy } from "../../../shared/policy/policy.ts";
import { policyEn, sayChange, sayHours, sayValue } from "../../../shared/texts/policy/clauses.en.ts";
import { deskProposalsEn } from "../../../shared/texts/policy/desk-proposals.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { confirm, Dialog } from "../forms/Dialog.tsx";
import { useApi, usePages } from "../parts/api.ts";
import { Fact } from "../parts/Fact.tsx";
import { go, linkTo, useFilters } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { sayTime, When } from "../parts/When.tsx";
import { usePolicyDraft } from "./Draft.tsx";

const words = deskPolicyEn.history;
type Version = PolicyVersions["versions"][number];
const rowsOf = (answer: PolicyVersions) => answer.versions;

export function PolicyHistory() {
  const pages = usePages<PolicyVersions, Version>("/v1/policy/versions", { limit: 20 }, rowsOf, "before");
  const [{ version }, set] = useFilters("version");
  return (
    <>
      <QueryState
        of={{ data: pages.isPending ? undefined : pages.rows, error: pages.error, refetch: pages.refetch }}
        empty={{
          when: (rows) => rows.length === 0,
          show: <Empty title={words.empty} text={words.emptyText} />,
        }}
      >
        {(rows) => (
          <Stack gap="sm" component="ol" className="desk-versions">
            {rows.map((row, i) => (
              <One key={row.version} row={row} newest={i === 0} />
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
      <Dialog
        opened={version !== ""}
        onClose={() => set({ version: "" })}
        title={fill(words.opened, { n: version })}
        size="xl"
      >
        {version !== "" && <Whole version={version} />}
      </Dialog>
    </>
  );
}

function One({ row, newest }: { row: Version; newest: boolean }) {
  const { version, at, by, byName, why, changes, second } = row;
  return (
    <Paper withBorder p="md" component="li">
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          <Text fw={600}>{fill(words.version, { n: version })}</Text>
          {newest && <Tag tone="good">{words.now}</Tag>}
          <Text size="sm" c="dimmed">
            <Anchor href={linkTo(`/people/${by}`)} size="sm" underline="always">
              {byName ?? by}
            </Anchor>
            , <When at={at} />
            {second && `, ${fill(deskProposalsEn.second[second.state], { name: second.byName ?? "" })}`}
          </Text>
        </Group>
        <Anchor size="sm" href={linkTo("/policy/history", { version: String(version) })}>
          {fill(words.open, { n: version })}
        </Anchor>
      </Group>
      <Text size="sm" mt={4} className="desk-why">
        “{why}”
      </Text>
      <List size="sm" mt={6}>
        {changes.length === 0 && <List.Item>{words.same}</List.Item>}
        {changes.map((change) => (
          <List.Item key={change.path}>{change.text}</List.Item>
        ))}
      </List>
    </Paper>
  );
}

function Whole({ version }: { version: string }) {
  const answer = useApi<PolicyAnswer>(`/v1/policy/versions/${version}`);
  return (
    <QueryState of={answer}>
      {({ policy, at, byName, why }) => (
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {[byName, at && sayTime(at), why && fill(words.why, { why })].filter(Boolean).join(" · ")}
          </Text>
          <Difference policy={policy} />
          {groups.map((group) => (
            <section key={group}>
              <Text fw={600} component="h3" size="sm" mb={4}>
                {policyEn.groups[group]}
              </Text>
              <dl className="desk-terms">
                {clauses
                  .filter((clause) => clause.group === group)
                  .map(({ path }) => (
                    <Fact key={path} label={policyEn.clauses[path]?.[0] ?? path}>
                      {sayClauseValue(policy, path)}
                    </Fact>
                  ))}
              </dl>
            </section>
          ))}
        </Stack>
      )}
    </QueryState>
  );
}

/** How a version differs from the policy in force, and the way back to it: as staged changes, which a save tells as any others. */
function Difference({ policy }: { policy: Policy }) {
  const draft = usePolicyDraft();
  const mayChange = useMay("manager", "admin");
  const changes = draft.saved ? changesBetween(draft.saved.policy, policy) : [];
  const back = draft.saved ? changesBack(draft.saved.policy, policy) : [];
  if (!draft.saved) return null;
  async function restore() {
    go("/policy");
    const { undoSure: title, undo: yes } = deskPolicyEn.bar;
    const { instead: text } = words.difference;
    // What is saved then are that version's rules, and nothing that was staged before.
    if (draft.changes.length > 0 && !(await confirm({ title, text, yes, danger: true }))) return;
    draft.undo();
    for (const { path, to } of back) draft.set(path, to);
  }
  return (
    <section aria-label={words.difference.title}>
      <Text fw={600} component="h3" size="sm" mb={4}>
        {words.difference.title}
      </Text>
      {changes.length === 0 ? (
        <Text size="sm">{words.difference.none}</Text>
      ) : (
        <>
          <List size="sm">
            {changes.map((change) => (
              <List.Item key={change.path}>{sayChange(change)}</List.Item>
            ))}
          </List>
          {mayChange && back.length > 0 && (
            <Button size="xs" variant="default" mt="xs" onClick={() => void restore()}>
              {words.difference.restore}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

/** A record key by key, any other value as a whole. */
function sayClauseValue(policy: Policy, path: string): string {
  const value = clauseValue(policy, path);
  if (!isRecord(clauseAt(path)?.kind)) return sayValue(path, value);
  const keys = Object.entries(Object(value) as Record<string, unknown>).map(([key, of]) =>
    path === "hours"
      ? `${key}: ${sayHours(of as Hours)}`
      : `${key.toUpperCase()}: ${sayValue(`${path}.${key}`, of)}`,
  );
  const none = { hours: policyEn.noLimit, registers: policyEn.values["hold"] ?? "" }[path];
  return keys.join("; ") || (none ?? policyEn.unset);
}

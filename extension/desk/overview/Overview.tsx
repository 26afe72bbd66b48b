/** What needs attention, the worst first, each with a link to where it is put right; the registers; figures; the trail. */
import { Alert, Anchor, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { ageInDays, maxAgeOf } from "../../../shared/registers/age.ts";
import type { Role } from "../../../shared/people/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { overviewEn as words } from "../../../shared/texts/overview/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { linkTo } from "../parts/location.ts";
import { useMay, useMe } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { Failed, Loading } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, plural, sayDate, texts } from "../parts/texts.ts";
import { sayDays, sayNumbers, statusOf, statusTone } from "../registers/status.ts";
import { TrailVerify } from "../trail/Verify.tsx";
import { Canary } from "./Canary.tsx";
import { OverviewFigures } from "./Figures.tsx";
import type { Todo } from "./todo.ts";
import { useTodos } from "./todos.ts";

export default function Overview() {
  const { todos, lists, policy, pending, errors, again } = useTodos();
  const mayTrail = useMay("compliance", "admin");
  return (
    <Page title={words.title} lead={words.lead}>
      {errors.length > 0 && <Failed error={errors[0]} again={again} />}
      {/* "Nothing needs your attention" only where every query has succeeded. */}
      <div className="desk-two">
        {pending ? <Loading /> : (todos.length > 0 || errors.length === 0) && <Todos todos={todos} />}
        {lists && policy && <Registers lists={lists} answer={policy} />}
      </div>
      {mayTrail && <Canary />}
      <OverviewFigures />
      {mayTrail && (
        <section aria-labelledby="trail">
          <Title order={2} size="h3" id="trail" mb="sm">
            {words.trail.title}
          </Title>
          <TrailVerify />
        </section>
      )}
    </Page>
  );
}

function Todos({ todos }: { todos: Todo[] }) {
  const { role } = useMe().person;
  if (todos.length === 0)
    return (
      <Alert color="green" title={words.fine} role="status">
        {words.fineText}
      </Alert>
    );
  return (
    <section aria-labelledby="todos">
      <Title order={2} size="h3" id="todos" mb="sm">
        {plural(texts, words.todo, todos.length)}
      </Title>
      <Stack gap={0} component="ul" className="desk-todos">
        {todos.map(({ id, tone, title, text, link, label, by }) => {
          const mine = by === undefined || by.includes(role);
          return (
            <li key={id} data-tone={tone} data-todo={id}>
              <div>
                <Group gap="xs">
                  {tone === "bad" && <Tag tone="bad">{words.urgent}</Tag>}
                  <Text fw={600} size="sm">
                    {title}
                  </Text>
                </Group>
                <Text size="sm" c="dimmed">
                  {text} {!mine && fill(words.theirs, { roles: sayRoles(by) })}
                </Text>
              </div>
              <Anchor href={link} size="sm" fw={600}>
                {mine ? label : words.see}
              </Anchor>
            </li>
          );
        })}
      </Stack>
    </section>
  );
}

const oneOf = new Intl.ListFormat("en-GB", { type: "disjunction" });
const sayRoles = (by: readonly Role[]): string => oneOf.format(by.map((role) => rolesEn[role]));

function Registers({ lists, answer }: { lists: RegisterHead[]; answer: PolicyAnswer }) {
  return (
    <section aria-labelledby="registers">
      <Title order={2} size="h3" id="registers" mb="sm">
        {words.registers}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="sm">
        {lists.map((list) => (
          <Register key={list.id} list={list} policy={answer.policy} />
        ))}
      </SimpleGrid>
    </section>
  );
}

function Register({ list, policy }: { list: RegisterHead; policy: Policy }) {
  const now = Date.now();
  const status = statusOf(list, policy, now);
  return (
    <Paper withBorder p="md" data-list={list.id} data-standing={status}>
      <Group justify="space-between" wrap="nowrap">
        <Anchor href={linkTo(`/lists/${list.id}`)} fw={600}>
          {list.name}
        </Anchor>
        <Tag tone={statusTone[status]}>{listsEn.lists.states[status]}</Tag>
      </Group>
      <Text size="sm" mt={6}>
        {list.asOf === null
          ? listsEn.lists[list.lookup === undefined ? "never" : "each"]
          : fill(words.register.dated, {
              date: sayDate(texts, list.asOf),
              age: plural(texts, words.register.days, Math.max(0, ageInDays(list.asOf, now))),
            })}
      </Text>
      <Text size="sm" c="dimmed">
        {list.lookup === undefined && `${sayNumbers(list.numbers)}, `}
        {fill(words.register.limit, { days: sayDays(maxAgeOf(list, policy)) })}
      </Text>
    </Paper>
  );
}

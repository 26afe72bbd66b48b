/** On every page of the desk: the registers that are too old, or soon will be, with the way to load a new copy. */
import { Alert, Anchor, Text } from "@mantine/core";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { listAgeDays } from "../../../shared/check/deadlines.ts";
import { limitOf, sayDays, standingOf } from "./state.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/hash.ts";
import { overviewEn } from "../../../shared/texts/overview/desk.en.ts";
import { fill } from "../parts/words.ts";

const says = overviewEn.todos;

export function ListsBanner() {
  const lists = useApi<{ lists: RegisterHead[] }>("/v1/lists").data?.lists;
  const policy = useApi<PolicyAnswer>("/v1/policy").data?.policy;
  if (!lists || !policy) return null;
  const now = Date.now();
  const old = lists.flatMap((list) => {
    const standing = standingOf(list, policy, now);
    return standing === "ageing" || standing === "stale" ? [{ list, standing }] : [];
  });
  if (old.length === 0) return null;
  return (
    <Alert
      color={old.some(({ standing }) => standing === "stale") ? "red" : "yellow"}
      role="status"
      mb="md"
      data-registers
    >
      {old.map(({ list, standing }) => (
        <Text key={list.id} size="sm">
          <b>{fill(says[standing].title, { list: list.name })}.</b>{" "}
          {fill(says[standing].text, {
            days: sayDays(limitOf(list, policy) - listAgeDays(list.asOf ?? "", now)),
          })}{" "}
          <Anchor href={linkTo(`/lists/${list.id}`)} size="sm" fw={600}>
            {says[standing].do}
          </Anchor>
        </Text>
      ))}
    </Alert>
  );
}

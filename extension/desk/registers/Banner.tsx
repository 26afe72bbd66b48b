/** The registers that are too old or soon will be, with a link to load a new copy. On every page except the overview. */
import { Alert, Anchor, Text } from "@mantine/core";
import { ageInDays, maxAgeOf } from "../../../shared/registers/age.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { overviewEn } from "../../../shared/texts/overview/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { fill } from "../parts/texts.ts";
import { sayDays, statusOf } from "./status.ts";

const says = overviewEn.todos;

export function RegistersBanner() {
  const lists = useApi<{ lists: RegisterHead[] }>("/v1/lists").data?.lists;
  const policy = useApi<PolicyAnswer>("/v1/policy").data?.policy;
  if (!lists || !policy) return null;
  const now = Date.now();
  const old = lists.flatMap((list) => {
    const status = statusOf(list, policy, now);
    return status === "ageing" || status === "stale" ? [{ list, status }] : [];
  });
  if (old.length === 0) return null;
  return (
    <Alert
      color={old.some(({ status }) => status === "stale") ? "red" : "yellow"}
      role="status"
      mb="md"
      data-registers
    >
      {old.map(({ list, status }) => (
        <Text key={list.id} size="sm">
          <b>{fill(says[status].title, { list: list.name })}.</b>{" "}
          {fill(says[status].text, {
            days: sayDays(maxAgeOf(list, policy) - ageInDays(list.asOf ?? "", now)),
          })}{" "}
          <Anchor href={linkTo(`/lists/${list.id}`)} size="sm" fw={600}>
            {says[status].do}
          </Anchor>
        </Text>
      ))}
    </Alert>
  );
}

/** What a listing does, register by register. */
import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { deskPolicyEn as words } from "../../../shared/texts/policy/desk.en.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { useApi } from "../parts/api.ts";
import { fill } from "../parts/words.ts";
import type { ControlProps } from "./Control.tsx";

export function Registers({ clause, value, readOnly, set }: ControlProps) {
  const { data } = useApi<{ lists: RegisterHead[] }>("/v1/lists");
  const said = value as Record<string, string>;
  const names = new Map(data?.lists.map((list) => [list.id, list.name]));
  const ids = [...new Set([...names.keys(), ...Object.keys(said)])];
  if (ids.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {words.registers.none}
      </Text>
    );
  return (
    <Stack gap="xs">
      {ids.map((id) => {
        const name = names.get(id) ?? id.toUpperCase();
        // One that is not named holds.
        const treatment = said[id] ?? "hold";
        return (
          <Group key={id} gap="sm">
            <Text size="sm" fw={600} w={70}>
              {name}
            </Text>
            {readOnly ? (
              <Text size="sm">{policyEn.values[treatment]}</Text>
            ) : (
              <SegmentedControl
                aria-label={fill(words.registers.label, { register: name })}
                value={treatment}
                onChange={(next) => set(`${clause.path}.${id}`, next)}
                data={(clause.options ?? []).map((o) => ({ value: o, label: policyEn.values[o] ?? o }))}
              />
            )}
          </Group>
        );
      })}
    </Stack>
  );
}

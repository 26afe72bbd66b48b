/** What being on a register means for a call, register by register. */
import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { isLawRegister } from "../../../shared/law/law.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn as words } from "../../../shared/texts/policy/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";

interface PolicyRegistersProps {
  /** Treatments by the register's id. */
  value: Record<string, string>;
  /** The treatments to choose from. */
  options: readonly string[];
  readOnly: boolean;
  set: (register: string, treatment: string) => void;
}

export function PolicyRegisters({ value, options, readOnly, set }: PolicyRegistersProps) {
  const { data } = useApi<{ lists: RegisterHead[] }>("/v1/lists");
  const names = new Map(data?.lists.map((list) => [list.id, list.name]));
  const ids = [...new Set([...names.keys(), ...Object.keys(value)])];
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
        // The policy's default for registers that it does not name.
        const treatment = value[id] ?? "hold";
        return (
          <Group key={id} gap="sm">
            <Text size="sm" fw={600} w={70}>
              {name}
            </Text>
            {readOnly || isLawRegister(id) ? (
              <Text size="sm">
                {policyEn.values[treatment]}
                {isLawRegister(id) && ` (${words.registers.lawful})`}
              </Text>
            ) : (
              <SegmentedControl
                aria-label={fill(words.registers.label, { register: name })}
                value={treatment}
                onChange={(next) => set(id, next)}
                data={options.map((o) => ({ value: o, label: policyEn.values[o] ?? o }))}
              />
            )}
          </Group>
        );
      })}
    </Stack>
  );
}

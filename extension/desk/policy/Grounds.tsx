/** The declared grounds for calling numbers of a register without consent, register by register. */
import { NativeSelect, Textarea } from "@mantine/core";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { PolicyRows } from "./Rows.tsx";

const words = deskPolicyEn.grounds;

interface PolicyGroundsProps {
  value: Record<string, string>;
  error: string | undefined;
  readOnly: boolean;
  /** Sets one ground, or removes it. */
  set: (register: string, ground: string | undefined) => void;
}

export function PolicyGrounds({ value, error, readOnly, set }: PolicyGroundsProps) {
  const { data } = useApi<{ lists: RegisterHead[] }>("/v1/lists");
  const names = new Map(data?.lists.map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? id.toUpperCase();
  const free = [...names.keys()].filter((id) => !Object.hasOwn(value, id));
  const rows = Object.entries(value);
  const write = (next: [string, string][]) => {
    const kept = new Map(next);
    for (const [id] of rows) if (!kept.has(id)) set(id, undefined);
    for (const [id, ground] of kept) if (id !== "" && value[id] !== ground) set(id, ground);
  };
  return (
    <PolicyRows
      {...{ error, words, value: rows, set: write }}
      // Without another register there is no further ground.
      readOnly={readOnly}
      blank={[free[0] ?? "", ""]}
      say={([id, ground]) => `${nameOf(id)}: ${ground}`}
      nameOf={([id]) => nameOf(id)}
      fields={([id, ground], change) => (
        <>
          <NativeSelect
            aria-label={words.register}
            value={id}
            data={[id, ...free].map((one) => ({ value: one, label: nameOf(one) }))}
            onChange={({ currentTarget }) => change([currentTarget.value, ground])}
          />
          <Textarea
            aria-label={words.ground}
            placeholder={words.hint}
            value={ground}
            maxLength={500}
            autosize
            onChange={({ currentTarget }) => change([id, currentTarget.value])}
          />
        </>
      )}
    />
  );
}

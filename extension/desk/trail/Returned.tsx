/** When an older Worker wrote, and which findings are its changes: looked at first, and only then said. */
import { Checkbox, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { accountEn } from "../../../shared/texts/trail/account.en.ts";
import { compareEn } from "../../../shared/texts/trail/compare.en.ts";
import { deepEn } from "../../../shared/texts/trail/deep.en.ts";
import type { DeepAnswer, ReturnedAnswer, ReturnedRow } from "../../../shared/trail/api.ts";
import { FormDialog } from "../forms/FormDialog.tsx";
import { momentOf, MomentInput } from "../forms/MomentInput.tsx";
import { ReasonField } from "../forms/fields.tsx";
import { useMutate } from "../parts/api.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { say as toast } from "../parts/toast.tsx";

const text = accountEn.returned;
type Finding = DeepAnswer["findings"][number];
const nameOf = ({ table, key, seq, what }: Omit<Finding, "columns">) => [table, key, seq, what].join(" ");
/** What is sent of a finding. */
const asked = ({ table, key, seq, what }: Omit<Finding, "columns">) => ({ table, key, seq, what });

/** Officers answer for each: what no row of that time names is theirs to tick. */
const isGiven = ({ how, named }: ReturnedRow) => how === "counted" || (how !== null && named);

export function TrailReturned({ findings, close }: { findings: readonly Finding[]; close: () => void }) {
  const [said, setSaid] = useState({ from: "", to: "", why: "" });
  const [looked, setLooked] = useState<ReturnedAnswer | null>(null);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const set = (field: keyof typeof said) => (value: string) => {
    setSaid((now) => ({ ...now, [field]: value }));
    if (field !== "why") setLooked(null);
  };
  const [from, to] = [momentOf(said.from), momentOf(said.to)];
  const isOrdered = !(from >= to || to > Date.now());
  const saying = useMutate<{ dryRun: boolean; rows: ReturnType<typeof asked>[] }, ReturnedAnswer>(
    (more) => ({
      method: "POST",
      path: "/v1/audit/returned",
      body: {
        ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
        ...{ why: said.why.trim(), ...more },
      },
    }),
    { touches: ["/v1/audit"], quiet: true },
  );
  function look() {
    saying.mutate(
      { dryRun: true, rows: findings.map(asked) },
      {
        onSuccess: (answer) => {
          setLooked(answer);
          setTicked(answer.rows.filter(isGiven).map(nameOf));
        },
      },
    );
  }
  function say({ rows }: ReturnedAnswer) {
    const own = rows.filter((row) => ticked.includes(nameOf(row)));
    saying.mutate(
      { dryRun: false, rows: own.map(asked) },
      {
        onSuccess: ({ first, last }) => {
          toast(fill(text.done, { first, last }));
          close();
        },
      },
    );
  }
  return (
    <FormDialog
      title={text.open}
      size="lg"
      close={close}
      yes={looked ? text.yes : text.try}
      sending={saying}
      send={() => (looked ? say(looked) : look())}
    >
      <Text size="sm">{text.text}</Text>
      <Group align="flex-start">
        {(["from", "to"] as const).map((field) => (
          <MomentInput
            key={field}
            label={text[field]}
            error={field === "to" && !isOrdered ? text.order : undefined}
            value={said[field]}
            onChange={set(field)}
          />
        ))}
      </Group>
      <ReasonField label={text.why} value={said.why} onChange={set("why")} />
      {looked && <Ends answer={looked} ticked={ticked} setTicked={setTicked} />}
    </FormDialog>
  );
}

interface EndsProps {
  answer: ReturnedAnswer;
  ticked: readonly string[];
  setTicked: (names: string[]) => void;
}

function Ends({ answer: { first, last, rows }, ticked, setTicked }: EndsProps) {
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {fill(text.rows, { first, last })}{" "}
        {rows.length > 0 ? plural(texts, text.findings, rows.length) : text.none}
      </Text>
      <Checkbox.Group value={[...ticked]} onChange={setTicked} aria-label={text.open}>
        <Stack gap="xs">
          {rows.map((row) => (
            <Checkbox
              key={nameOf(row)}
              value={nameOf(row)}
              disabled={row.how === null}
              label={fill(deepEn.ends[row.how ?? "stays"], {
                table: compareEn.tables[row.table]?.[0] ?? row.table,
                key: row.key,
              })}
              description={row.how === null || isGiven(row) ? undefined : text.unnamed}
            />
          ))}
        </Stack>
      </Checkbox.Group>
    </Stack>
  );
}

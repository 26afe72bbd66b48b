/** Compliance says whom an objection closes: the number, the person with all their numbers, or the company. */
import { Button, Checkbox, Group, Radio, ScrollArea, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type {
  ScopeAnswer,
  ScopeCandidates,
  ScopeRequest,
  Suppression,
} from "../../../shared/do-not-call/api.ts";
import { widens } from "../../../shared/do-not-call/scope.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { dncEn, scopeEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { RadioField, ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { fill, plural, texts } from "../parts/texts.ts";

const text = scopeEn;
type Scope = ScopeRequest["scope"];
type Whose = "theirs" | "notTheirs";
type Found = ScopeCandidates["records"][number];
const scopes: readonly Scope[] = ["line", "person", "company"];
const keyOf = ({ connector, object, record }: Found) => `${connector} ${object} ${record}`;

export function DoNotCallScope({ entry, close }: { entry: Suppression; close: () => void }) {
  const path = `/v1/suppressions/${encodeURIComponent(entry.id)}/scope`;
  const { data, error } = useApi<ScopeCandidates>(path);
  // Nothing is chosen for the officer that frees a number.
  const [scope, setScope] = useState<Scope | null>(entry.scope === "unsaid" ? null : entry.scope);
  const [whose, setWhose] = useState<Record<string, Whose>>({});
  const [chosen, setChosen] = useState<string[]>([]);
  const [more, setMore] = useState("");
  const [keepsLine, setKeepsLine] = useState(false);
  const [reason, setReason] = useState("");
  const saying = useMutate<ScopeRequest, ScopeAnswer>((body) => ({ method: "POST", path, body }), {
    touches: ["/v1/suppressions", "/v1/waiting"],
    quiet: true,
    done: ({ closed }) => plural(texts, text.said, closed.length),
  });
  const wide = scope !== null && scope !== "line";
  const told = data?.told ?? [];
  const saidOf = (its: Whose) => told.filter((number) => whose[number] === its);
  const numbers = more
    .split(/[\n,;]/)
    .map((number) => number.trim())
    .filter((number) => number !== "");
  const records = (data?.records ?? [])
    .filter((record) => chosen.includes(keyOf(record)))
    .map(({ connector, object, record }) => ({ connector, object, record }));
  return (
    <FormDialog
      title={fill(text.title, { number: sayNumber(entry.number) })}
      size="lg"
      close={close}
      yes={text.yes}
      sending={{ isPending: saying.isPending || (!data && !error), error: saying.error ?? error }}
      send={() =>
        data &&
        scope &&
        saying.mutate(
          {
            ...{ scope, reason },
            ...(wide
              ? { records, numbers: [...numbers, ...saidOf("theirs")], notTheirs: saidOf("notTheirs") }
              : {}),
            ...(scope === "person" ? { keepsLine } : {}),
          },
          { onSuccess: close },
        )
      }
    >
      <Text size="sm">{entry.reason}</Text>
      <RadioField
        label={text.whom}
        value={scope}
        options={scopes
          .filter((s) => widens(entry.scope, s))
          .map((s) => ({ value: s, label: dncEn.scopes[s], description: dncEn.scopeNotes[s] }))}
        onChange={setScope}
      />
      {wide && data && data.records.length > 0 && (
        <Checkbox.Group
          label={text.records}
          description={data.shared ? text.recordsShared : text.recordsNote}
          value={chosen}
          onChange={setChosen}
        >
          <Stack gap={6} mt={6}>
            {data.records.map((record) => (
              <Checkbox
                key={keyOf(record)}
                value={keyOf(record)}
                label={`${record.name}: ${record.object} ${record.record}`}
                description={record.numbers.map(sayNumber).join(", ")}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      {wide && told.length > 0 && (
        <Told
          told={told}
          whose={whose}
          say={(numbers, its) =>
            setWhose({ ...whose, ...Object.fromEntries(numbers.map((number) => [number, its])) })
          }
        />
      )}
      {wide && (
        <Textarea
          label={text.numbers}
          description={text.numbersNote}
          autosize
          minRows={2}
          value={more}
          onChange={({ currentTarget }) => setMore(currentTarget.value)}
        />
      )}
      {scope === "person" && (entry.asks || entry.keepsLine) && data?.mayStayOpen && (
        <Checkbox
          label={text.keepsLine}
          description={text.keepsLineNote}
          checked={keepsLine}
          onChange={({ currentTarget }) => setKeepsLine(currentTarget.checked)}
        />
      )}
      <ReasonField label={text.reason} description={text.reasonNote} value={reason} onChange={setReason} />
    </FormDialog>
  );
}

interface ToldProps {
  told: readonly string[];
  whose: Readonly<Record<string, Whose>>;
  say: (numbers: readonly string[], its: Whose) => void;
}

/** Of each number that the objection tells on, whether it is theirs. */
function Told({ told, whose, say }: ToldProps) {
  const open = told.filter((number) => whose[number] === undefined);
  return (
    <Stack gap={6}>
      <div>
        <Text size="sm" fw={500}>
          {text.told}
        </Text>
        <Text size="xs" c="dimmed">
          {text.toldNote}
        </Text>
      </div>
      <ScrollArea.Autosize mah={240} type="auto">
        <Stack gap={6}>
          {told.map((number) => (
            <Radio.Group
              key={number}
              label={sayNumber(number)}
              value={whose[number] ?? null}
              onChange={(its) => say([number], its)}
            >
              <Group gap="md" mt={4}>
                <Radio value="theirs" label={text.theirs} />
                <Radio value="notTheirs" label={text.notTheirs} />
              </Group>
            </Radio.Group>
          ))}
        </Stack>
      </ScrollArea.Autosize>
      {told.length > 1 && open.length > 0 && (
        <Group>
          <Button variant="default" size="xs" onClick={() => say(open, "notTheirs")}>
            {text.others}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** Refuses a request with ground and reasons: all of it, or some items while the company complies with the rest. */
import { Box, Checkbox, NativeSelect, Paper, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { RequestItem, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useFault } from "../forms/useFault.ts";
import { fill, sayDate, texts, words } from "../parts/texts.ts";
import { useToday } from "../parts/useToday.ts";
import { sayItem } from "./format.tsx";
import { isProof, refusedOf, unsaid, type Why } from "./path/refused.ts";
import { useStep } from "./step.ts";

const text = deskRequestsEn.deny;

const sent = ({ ground, other, reasons }: Why) => ({
  ground,
  reasons,
  ...(ground === "other" ? { other } : {}),
});

interface DenyProps {
  row: RequestSummary;
  /** For a refusal of some items; null to refuse the whole request. */
  items: RequestItem[] | null;
  close: () => void;
}

export function RequestDeny({ row, items, close }: DenyProps) {
  const { ground, other, reasons } = row;
  // Made again, a decision begins with what was refused before.
  const [whole, setWhole] = useState<Why>(() =>
    row.decision === "deny"
      ? { ...unsaid, ground: ground ?? "", other: other ?? "", reasons: reasons ?? "" }
      : unsaid,
  );
  const step = useStep(row, true);
  const today = useToday();
  const open = items?.filter((item) => item.verdict === "confirmed" && item.doneAt === null) ?? [];
  const mayKeep = row.kind === "erasure";
  const [refused, setRefused] = useState<Readonly<Record<string, Why>>>(() =>
    refusedOf(open, mayKeep ? today : null, row),
  );
  const list = Object.entries(refused);
  const first = useFault<HTMLInputElement>(list.length === 0 ? words.form.choose : "");

  function refuse(id: string, yes: boolean) {
    const { [id]: _, ...rest } = refused;
    // Begin with the previous item's reasons, which are often the same.
    setRefused(yes ? { ...rest, [id]: list.at(-1)?.[1] ?? unsaid } : rest);
  }
  const kept = (id: string, why: Why) => {
    const item = open.find((one) => one.id === id);
    return item && mayKeep && isProof(why, item) && why.keepUntil !== "" ? { keepUntil: why.keepUntil } : {};
  };
  const body = () =>
    items === null
      ? { decision: "deny", ...sent(whole) }
      : { decision: "partial", deny: list.map(([id, why]) => ({ id, ...sent(why), ...kept(id, why) })) };
  return (
    <FormDialog
      title={items === null ? text.title : text.partialTitle}
      size="lg"
      close={close}
      yes={items === null ? text.yes : text.partialYes}
      danger
      sending={step}
      send={() => step.mutate({ path: "decide", body: body() }, { onSuccess: close })}
    >
      <Text size="sm">{items === null ? text.text : text.partialText}</Text>
      {items === null && <Reasons why={whole} setWhy={setWhole} />}
      {open.map((item, i) => {
        const why = refused[item.id];
        return (
          <Paper key={item.id} withBorder p="sm">
            <Checkbox
              ref={i === 0 ? first : null}
              label={fill(text.refuse, { item: sayItem(item) })}
              description={
                item.held
                  ? deskRequestsEn.one.held
                  : mayKeep && (item.proofUntil ?? "") >= today
                    ? fill(text.proofUntil, { date: sayDate(texts, item.proofUntil!) })
                    : undefined
              }
              checked={why !== undefined}
              onChange={({ currentTarget }) => refuse(item.id, currentTarget.checked)}
            />
            {why && <Reasons why={why} setWhy={(next) => setRefused({ ...refused, [item.id]: next })} />}
            {why && mayKeep && isProof(why, item) && (
              <Box mt="sm">
                <DateInput
                  label={text.keepUntil}
                  description={text.keepNote}
                  value={why.keepUntil}
                  onChange={(keepUntil) => setRefused({ ...refused, [item.id]: { ...why, keepUntil } })}
                  width="100%"
                />
              </Box>
            )}
          </Paper>
        );
      })}
    </FormDialog>
  );
}

function Reasons({ why, setWhy }: { why: Why; setWhy: (why: Why) => void }) {
  return (
    <Stack gap="sm" mt="xs">
      <NativeSelect
        label={text.ground}
        required
        value={why.ground}
        data={[
          { value: "", label: text.choose, disabled: true },
          ...Object.entries(text.grounds).map(([value, label]) => ({ value, label })),
        ]}
        onChange={({ currentTarget }) => setWhy({ ...why, ground: currentTarget.value })}
      />
      {why.ground === "other" && (
        <TextInput
          label={text.other}
          required
          maxLength={300}
          value={why.other}
          onChange={({ currentTarget }) => setWhy({ ...why, other: currentTarget.value })}
        />
      )}
      <Textarea
        label={text.reasons}
        required
        maxLength={5000}
        autosize
        minRows={3}
        value={why.reasons}
        onChange={({ currentTarget }) => setWhy({ ...why, reasons: currentTarget.value })}
      />
    </Stack>
  );
}

/** The dialog in which an officer says what became of the data in a connected system. */
import { NativeSelect, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { RequestAnswer, RequestSummary } from "../../../../shared/privacy-requests/api.ts";
import type { RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { DateInput } from "../../forms/DateInput.tsx";
import { FormDialog } from "../../forms/FormDialog.tsx";
import { fill } from "../../parts/texts.ts";
import { useToday } from "../../parts/useToday.ts";
import { useStep } from "../step.ts";

type Outcome = NonNullable<RequestSystem["outcome"]>;

interface SettleProps {
  row: RequestSummary;
  system: RequestSystem;
  files: RequestAnswer["files"];
  close: () => void;
}

export function Settle({ row, system, files, close }: SettleProps) {
  const step = useStep(row, true);
  const today = useToday();
  const outcomes: Outcome[] = [
    row.kind === "erasure" ? "erased" : "given",
    "nothing",
    ...(row.decision === "partial" ? (["kept"] as const) : []),
  ];
  const [outcome, setOutcome] = useState<Outcome>(outcomes[0]!);
  const [on, setOn] = useState(today);
  const [how, setHow] = useState("");
  const [file, setFile] = useState("");
  const [backupsUntil, setBackups] = useState("");
  const scans = files.filter(({ purpose, erasedAt }) => purpose === "scan" && erasedAt === null);
  const body = {
    ...{ outcome, on, how },
    ...(outcome === "given" && file !== "" && { file }),
    ...(outcome === "erased" && backupsUntil !== "" && { backupsUntil }),
  };
  return (
    <FormDialog
      title={fill(text.settleName, { name: system.name })}
      close={close}
      yes={text.save}
      sending={step}
      send={() =>
        step.mutate({ path: `systems/${encodeURIComponent(system.id)}`, body }, { onSuccess: close })
      }
    >
      <Text size="sm">{text.settleText}</Text>
      <NativeSelect
        label={text.outcome}
        value={outcome}
        data={outcomes.map((value) => ({ value, label: text.outcomes[value] }))}
        onChange={({ currentTarget }) => setOutcome(currentTarget.value as Outcome)}
      />
      <DateInput label={text.date} required max={today} value={on} onChange={setOn} width={180} />
      <TextInput
        label={text.how}
        required
        maxLength={500}
        value={how}
        onChange={({ currentTarget }) => setHow(currentTarget.value)}
      />
      {outcome === "given" && scans.length > 0 && (
        <NativeSelect
          label={text.file}
          value={file}
          data={[
            { value: "", label: text.fileNone },
            ...scans.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={({ currentTarget }) => setFile(currentTarget.value)}
        />
      )}
      {outcome === "erased" && (
        <DateInput
          label={text.backupsUntil}
          description={text.backupsNote}
          value={backupsUntil}
          onChange={setBackups}
          width={180}
        />
      )}
    </FormDialog>
  );
}

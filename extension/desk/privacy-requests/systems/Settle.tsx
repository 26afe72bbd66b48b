/** The dialog in which an officer says what became of the data in a connected system. */
import { NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import type { RequestAnswer, RequestSummary } from "../../../../shared/privacy-requests/api.ts";
import type { RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { FormDialog } from "../../forms/FormDialog.tsx";
import { fill } from "../../parts/texts.ts";
import { useToday } from "../../parts/useToday.ts";
import { useStep } from "../step.ts";
import { type Done, doneBody, DoneFields } from "./DoneFields.tsx";

type Outcome = NonNullable<RequestSystem["outcome"]>;

interface SettleProps {
  row: RequestSummary;
  system: RequestSystem;
  files: RequestAnswer["files"];
  close: () => void;
}

export function Settle({ row, system, files, close }: SettleProps) {
  const step = useStep(row, true);
  const outcomes: Outcome[] = [
    row.kind === "erasure" ? "erased" : "given",
    "nothing",
    ...(row.decision === "partial" ? (["kept"] as const) : []),
  ];
  const [outcome, setOutcome] = useState<Outcome>(outcomes[0]!);
  const [done, setDone] = useState<Done>({ on: useToday(), how: "", backupsUntil: "" });
  const [file, setFile] = useState("");
  const scans = files.filter(({ purpose, erasedAt }) => purpose === "scan" && erasedAt === null);
  const body = {
    ...{ outcome, ...doneBody(done, outcome === "erased") },
    ...(outcome === "given" && file !== "" && { file }),
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
      <DoneFields value={done} set={setDone} erased={outcome === "erased"} />
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
    </FormDialog>
  );
}

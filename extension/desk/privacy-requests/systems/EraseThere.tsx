/** The dialog in which an officer picks records that are erased in a connected system. */
import { Checkbox, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { RequestSummary } from "../../../../shared/privacy-requests/api.ts";
import type { RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { FormDialog } from "../../forms/FormDialog.tsx";
import { fill } from "../../parts/texts.ts";
import { useStep } from "../step.ts";
import { leftIn } from "./left.ts";

/** Records of one request (`systemErase`). */
const MOST = 100;

interface EraseThereProps {
  row: RequestSummary;
  system: RequestSystem;
  close: () => void;
}

export function EraseThere({ row, system, close }: EraseThereProps) {
  const step = useStep(row, true);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const left = leftIn(system);
  const keyOf = ({ object, id }: { object: string; id: string }) => `${object} ${id}`;
  const records = left.filter((one) => chosen.includes(keyOf(one))).map(({ object, id }) => ({ object, id }));
  return (
    <FormDialog
      title={fill(text.eraseName, { name: system.name })}
      close={close}
      yes={text.eraseYes}
      sending={step}
      send={() =>
        step.mutate(
          { path: `systems/${encodeURIComponent(system.id)}/erase`, body: { records } },
          { onSuccess: close },
        )
      }
    >
      <Text size="sm">
        {[fill(text.eraseText, { name: system.name }), text.leaves[system.kind]].filter(Boolean).join(" ")}
      </Text>
      <Stack gap={4}>
        {left.map((one) => (
          <Checkbox
            key={keyOf(one)}
            label={`${keyOf(one)} (${one.what.map((what) => text.what[what]).join(", ")})`}
            checked={chosen.includes(keyOf(one))}
            disabled={chosen.length >= MOST && !chosen.includes(keyOf(one))}
            onChange={({ currentTarget: { checked } }) =>
              setChosen(checked ? [...chosen, keyOf(one)] : chosen.filter((key) => key !== keyOf(one)))
            }
          />
        ))}
      </Stack>
    </FormDialog>
  );
}

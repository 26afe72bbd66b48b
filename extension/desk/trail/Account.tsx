/** An officer accounts for what verifying named: an older Worker wrote for a time, or the database was put back. */
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { accountEn as words } from "../../../shared/texts/trail/account.en.ts";
import type { DeepAnswer, RestoredAnswer } from "../../../shared/trail/api.ts";
import { FormDialog } from "../forms/FormDialog.tsx";
import { ReasonField } from "../forms/fields.tsx";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { TrailReturned } from "./Returned.tsx";

/** `findings`: those of a comparison, as far as it has come. */
export function TrailAccount({ findings }: { findings: DeepAnswer["findings"] }) {
  const [form, setForm] = useState<"returned" | "restored" | null>(null);
  const close = () => setForm(null);
  return (
    <Group gap="xs" className="desk-verify">
      <Text size="sm" c="dimmed">
        {words.note}
      </Text>
      {(["returned", "restored"] as const).map((which) => (
        <Button key={which} variant="subtle" size="compact-sm" onClick={() => setForm(which)}>
          {words[which].open}
        </Button>
      ))}
      {form === "returned" && <TrailReturned findings={findings} close={close} />}
      {form === "restored" && <Restored close={close} />}
    </Group>
  );
}

function Restored({ close }: { close: () => void }) {
  const text = words.restored;
  const [why, setWhy] = useState("");
  const saying = useMutate<string, RestoredAnswer>(
    (said) => ({ method: "POST", path: "/v1/audit/restored", body: { why: said } }),
    {
      touches: ["/v1/audit"],
      done: ({ ends }) =>
        fill(text.done, { rows: ends.map(({ first, last }) => `${first} to ${last}`).join(", ") }),
      quiet: true,
    },
  );
  return (
    <FormDialog
      title={text.open}
      close={close}
      yes={text.yes}
      sending={saying}
      send={() => saying.mutate(why.trim(), { onSuccess: close })}
    >
      <Text size="sm">{text.text}</Text>
      <ReasonField label={text.why} value={why} onChange={setWhy} autofocus />
    </FormDialog>
  );
}

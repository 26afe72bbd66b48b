/** The one next step of a request, large: a button, or one text and a button. Everything else is under "More". */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { RequestAnswer } from "../../../../shared/privacy-requests/api.ts";
import { deskPathEn } from "../../../../shared/texts/privacy-requests/desk-path.en.ts";
import { deskRequestsEn } from "../../../../shared/texts/privacy-requests/desk.en.ts";
import { ReasonField } from "../../forms/fields.tsx";
import { Form } from "../../forms/Form.tsx";
import { fill } from "../../parts/texts.ts";
import { percent, useCopyDownload } from "../copy/Download.tsx";
import type { StageState } from "./stages.ts";

const all = deskRequestsEn;

interface LeadProps {
  /** What follows from it. */
  text?: string | undefined;
  yes: string;
  busy: boolean;
  /** It takes something away for good. */
  danger?: boolean;
  /** The label of the text that it needs, if any. */
  asks?: string | undefined;
  go: (said: string) => void;
}

export function RequestLead({ text, yes, busy, danger = false, asks, go }: LeadProps) {
  const [said, setSaid] = useState("");
  return (
    <Form data-lead send={() => go(said.trim())}>
      <Stack gap="xs">
        {text !== undefined && <Text size="sm">{text}</Text>}
        {asks !== undefined && (
          <ReasonField label={asks} description={all.timelineNote} value={said} onChange={setSaid} />
        )}
        <Group>
          <Button type="submit" size="lg" loading={busy} {...(danger ? { color: "red" } : {})}>
            {yes}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

/** A copy that went to nobody: an officer takes it to the requester. */
export function RequestHandOver({ id, files }: { id: string; files: RequestAnswer["files"] }) {
  const queries = useQueryClient();
  const copy = files.findLast(({ purpose, erasedAt }) => purpose === "export" && erasedAt === null);
  const { share, press } = useCopyDownload(
    { id, file: copy?.id ?? "", name: `export-${copy?.id}.zip` },
    // The Worker knows now that somebody has it.
    () => void queries.invalidateQueries({ queryKey: [`/v1/requests/${encodeURIComponent(id)}`] }),
  );
  const words = deskPathEn.handOver;
  return (
    <RequestLead
      text={words.text}
      yes={share === null ? words.yes : fill(words.busy, { share: percent(share) })}
      busy={false}
      go={press}
    />
  );
}

const marks = { done: "✓", now: "●", later: "○" };

/** How far the request is. */
export const RequestStages = ({ stages }: { stages: readonly StageState[] }) => (
  <ol className="desk-path" aria-label={deskPathEn.label}>
    {stages.map(({ stage, state }) => (
      <li key={stage} data-state={state} {...(state === "now" ? { "aria-current": "step" as const } : {})}>
        <span aria-hidden="true">{marks[state]}</span> {deskPathEn.stages[stage]}
        <span className="desk-unseen">, {deskPathEn.states[state]}</span>
      </li>
    ))}
  </ol>
);

/**
 * The one next step, large; the others that are possible, and those that wait with what each needs first, under "More". The
 * Worker lists both by the table of steps (shared/privacy-requests/steps.ts). A step is sent at once, after a question, or
 * from a dialog.
 */
import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { MAX_ITEMS } from "../../../../shared/core/limits.ts";
import type { RequestAnswer } from "../../../../shared/privacy-requests/api.ts";
import type { Need } from "../../../../shared/privacy-requests/steps.ts";
import { deskPathEn } from "../../../../shared/texts/privacy-requests/desk-path.en.ts";
import { deskRequestsEn } from "../../../../shared/texts/privacy-requests/desk.en.ts";
import { systemsEn } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { requestsEn } from "../../../../shared/texts/privacy-requests/steps.en.ts";
import { CopyText } from "../../forms/CopyText.tsx";
import { askReason, confirm, Dialog } from "../../forms/Dialog.tsx";
import { useMutate } from "../../parts/api.ts";
import { fill } from "../../parts/texts.ts";
import { useToday } from "../../parts/useToday.ts";
import { sayTime } from "../../parts/When.tsx";
import { RequestDeny } from "../Deny.tsx";
import { RequestProofDialog, RequestRecipientDialog, RequestSearchDialog } from "../Dialogs.tsx";
import { RequestHandOver, RequestLead, RequestStages } from "./Lead.tsx";
import { RequestLost, useCopy } from "../copy/Lost.tsx";
import { type LetterStep, RequestLetter } from "../Letter.tsx";
import { wantedProofs } from "./refused.ts";
import { leadOf, stagesOf } from "./stages.ts";
import { type Sent, useStep } from "../step.ts";

const all = deskRequestsEn;
const text = all.one;
type Step = keyof typeof all.actions;
type Asked = keyof typeof all.asks;

/** Steps that need one text, and how it is sent. */
const asking: Partial<Record<Step, (said: string) => Sent>> = {
  note: (text) => ({ path: "note", body: { text } }),
  withdraw: (reason) => ({ path: "withdraw", body: { reason } }),
  "confirm-writing": (reason) => ({ path: "writing", body: { how: "signed", reason } }),
  "accept-oral": (reason) => ({ path: "writing", body: { how: "oral", reason } }),
  verify: (how) => ({ path: "identity", body: { step: "verified", how } }),
  "clear-identity": (how) => ({ path: "identity", body: { step: "clear", how } }),
  clarified: (said) => ({ path: "clarify", body: { step: "answered", said } }),
  conclude: (outcome) => ({ path: "close", body: { outcome } }),
};

/** Steps that send a letter. */
const letters: Partial<Record<Step, LetterStep>> = {
  "ask-identity": {
    kind: "identity",
    sent: (letter) => ({ path: "identity", body: { step: "ask", letter } }),
  },
  "ask-clarification": {
    kind: "clarification",
    sent: (letter) => ({ path: "clarify", body: { step: "ask", letter } }),
  },
  acknowledge: { kind: "acknowledgement" },
  "tell-progress": { kind: "progress" },
  tell: { kind: "decision" },
  notice: { kind: "authority" },
  "tell-outcome": { kind: "outcome" },
};

/** Steps that do not bring a request closer to its end: shown apart, and smaller. */
const aside: ReadonlySet<Step> = new Set<Step>([
  ...(["note", "link", "ask-address", "withdraw", "extend", "ask-clarification", "tell-progress"] as const),
  "look",
]);
/** Needs that no later step can meet: a step that waits for one of them is not listed. */
const never: ReadonlySet<string> = new Set<Need>([
  "refusal",
  "complied",
  "gone",
  "extensions",
  "once",
  "first-month",
  "unasked",
  "unproved",
  "answered",
  "unclear",
  "pending",
]);
/** Steps that take something away: never the highlighted one. */
const takes: ReadonlySet<Step> = new Set<Step>(["deny", "take-back", "withdraw"]);
const decisions: ReadonlySet<Step> = new Set<Step>(["comply", "partial", "deny"]);
const isStep = (action: string): action is Step => action in all.actions;

export function RequestNextSteps(answer: RequestAnswer) {
  const { request: row } = answer;
  const step = useStep(row);
  const copy = useCopy(row);
  const today = useToday();
  const [open, setOpen] = useState<"search" | "receive-proof" | "recipient" | "deny" | "partial" | null>(
    null,
  );
  const [letter, setLetter] = useState<LetterStep | null>(null);
  const link = useMutate<null, { link: string; until: string }>(
    () => ({ method: "POST", path: `/v1/requests/${encodeURIComponent(row.id)}/link` }),
    { touches: ["/v1/requests"] },
  );
  const objection = useMutate<{ action: string; reason: string }>(
    (body) => ({ method: "POST", path: "/v1/requests/objections", body: { ...body, requests: [row.id] } }),
    { touches: ["/v1/requests", "/v1/suppressions"] },
  );
  const judge = useMutate<{ items: { id: string; verdict: "confirmed" }[] }>(
    (body) => ({ method: "POST", path: `/v1/requests/${encodeURIComponent(row.id)}/items`, body }),
    { touches: ["/v1/requests"] },
  );
  const busy = step.isPending || copy.isPending || link.isPending || objection.isPending || judge.isPending;

  const steps = row.actions.flatMap(({ action, wants }) => (isStep(action) ? [{ action, wants }] : []));
  const ready = steps.filter(({ wants }) => wants === null).map(({ action }) => action);
  const waiting =
    row.closedAt === null ? steps.filter(({ wants }) => wants !== null && !never.has(wants)) : [];
  const done = new Set(answer.events.map((event) => event.action));
  // A second search or decision is possible, but it is not the next step.
  const isAside = (action: Step) =>
    aside.has(action) ||
    (action === "search" && done.has("search")) ||
    (decisions.has(action) && row.decision !== null);
  const main = ready.filter((action) => !isAside(action));
  const leads = main.filter((action) => !takes.has(action));
  const stages = stagesOf(answer);
  const first =
    stages.length > 0
      ? leadOf(answer)
      : (leads.find((a) => a === "close") ?? leads.find((a) => !done.has(a)) ?? leads[0] ?? null);
  const proposed = answer.items.filter(({ verdict }) => verdict === "proposed");

  async function ask(of: Asked): Promise<string | null> {
    const { title, text: about, reason, yes } = all.asks[of];
    return askReason({
      title,
      text: about,
      reasonLabel: reason,
      reasonNote: all.timelineNote,
      yes,
      danger: of === "take-back",
    });
  }
  async function press(action: Step) {
    const says = asking[action];
    const writes = letters[action];
    if (says) {
      const said = await ask(action as Asked);
      if (said !== null) step.mutate(says(said));
    } else if (writes) setLetter(writes);
    else if (action === "confirm-objection" || action === "take-back") {
      const reason = await ask(action);
      if (reason !== null) objection.mutate({ action, reason });
    } else if (action === "extend") {
      const reason = await ask("extend");
      if (reason !== null)
        setLetter({
          kind: "extension",
          why: reason,
          sent: (letter) => ({ path: "extend", body: { reason, letter } }),
        });
    } else if (action === "comply") {
      const { title, yes } = all.comply;
      const erases = row.kind === "erasure";
      // What law wants kept is refused by its name, and kept as proof.
      if (erases && wantedProofs(answer.items, today).length > 0) return setOpen("partial");
      // Access alone may be decided again until the request is closed; but nothing that was refused is given by a slip.
      const isRefused = row.decision === "partial" || row.decision === "deny";
      const about = [...(isRefused ? [all.comply.refused] : []), ...(erases ? [all.comply.erasure] : [])];
      if (about.length === 0 || (await confirm({ title, text: about.join(" "), yes, danger: true })))
        step.mutate({ path: "decide", body: { decision: "comply" } });
    } else if (action === "close") step.mutate({ path: "close" });
    else if (action === "export") copy.make();
    else if (action === "investigate") step.mutate({ path: action });
    else if (action === "ask-address") step.mutate({ path: "address" });
    else if (action === "look") step.mutate({ path: "systems" });
    else if (action === "link") link.mutate(null);
    else setOpen(action as NonNullable<typeof open>);
  }
  /** The next step without a dialog of its own, where it has a short way; else as its button does it. */
  function lead(action: Step) {
    const words = all.asks[action as Asked];
    const said = asking[action];
    if (said && words)
      return (
        <RequestLead
          key={action}
          busy={busy}
          text={words.text}
          asks={words.reason}
          yes={words.yes}
          go={(reason) => step.mutate(said(reason))}
        />
      );
    const short: Partial<Record<Step, { text?: string; yes: string; go?: () => void }>> = {
      // The requester's own words may have narrowed it: then the dialog has them.
      ...(row.narrowed === null && {
        search: {
          ...deskPathEn.search,
          go: () => step.mutate({ path: "match" }),
        },
      }),
      ...(row.kind === "access" && { comply: { text: all.comply.access, yes: all.comply.yes } }),
      look: { text: systemsEn.lead, yes: systemsEn.look },
      close: { text: all.close.text, yes: all.close.yes },
    };
    const { go = () => void press(action), ...its } = short[action] ?? { yes: all.actions[action] };
    return <RequestLead key={action} busy={busy} {...its} go={go} />;
  }
  const button = (action: Step) => (
    <Button
      key={action}
      size="xs"
      variant="default"
      {...(takes.has(action) && !busy ? { c: "var(--desk-bad)" } : {})}
      disabled={busy}
      onClick={() => void press(action)}
    >
      {all.actions[action]}
    </Button>
  );
  const close = () => setOpen(null);
  // A search can be another's, by a day or with further numbers, so its dialog stays beside the short way.
  const others = [...main, ...ready.filter(isAside)].filter(
    (action) => action !== first || action === "search",
  );
  return (
    <Stack gap="sm">
      {stages.length > 0 && <RequestStages stages={stages} />}
      {row.advice !== null && <Alert color="blue">{row.advice}</Alert>}
      {first === null && waiting.length === 0 && <Text size="sm">{text.nothing}</Text>}
      {copy.lost.length > 0 && (
        <RequestLost row={row} lost={copy.lost} code={copy.code} then={copy.make} wait={copy.reset} />
      )}
      {first === "judge" ? (
        <RequestLead
          busy={busy}
          text={text.judgeFirst}
          yes={deskPathEn.judge}
          go={() =>
            judge.mutate({
              items: proposed.slice(0, MAX_ITEMS).map(({ id }) => ({ id, verdict: "confirmed" })),
            })
          }
        />
      ) : first === "hand-over" ? (
        <RequestHandOver id={row.id} files={answer.files} />
      ) : (
        first !== null &&
        isStep(first) &&
        // A copy that was refused would be refused again: the question above is what comes next.
        (first !== "export" || copy.lost.length === 0) &&
        lead(first)
      )}
      {first === null && waiting.length > 0 && <Waiting steps={waiting} />}
      {(others.length > 0 || (first !== null && waiting.length > 0)) && (
        <details className="desk-details desk-more">
          <summary>{deskPathEn.more}</summary>
          <Stack gap="sm" mt="xs">
            {others.length > 0 && <Group gap="xs">{others.map(button)}</Group>}
            {first !== null && waiting.length > 0 && <Waiting steps={waiting} />}
          </Stack>
        </details>
      )}
      {letter && <RequestLetter key={letter.kind} row={row} step={letter} close={() => setLetter(null)} />}
      {open === "search" && <RequestSearchDialog row={row} files={answer.files} close={close} />}
      {open === "receive-proof" && <RequestProofDialog row={row} close={close} />}
      {open === "recipient" && (
        <RequestRecipientDialog
          row={row}
          listed={answer.recipients.some(({ mistaken }) => !mistaken)}
          close={close}
        />
      )}
      {(open === "deny" || open === "partial") && (
        <RequestDeny key={open} row={row} items={open === "partial" ? answer.items : null} close={close} />
      )}
      {link.data && (
        <Dialog opened onClose={link.reset} title={all.link.title}>
          <Stack gap="md">
            <Text size="sm">{fill(all.link.text, { date: sayTime(link.data.until) })}</Text>
            <CopyText text={link.data.link} label={all.link.label} />
          </Stack>
        </Dialog>
      )}
    </Stack>
  );
}

/** What comes later, and what it needs first. */
const Waiting = ({ steps }: { steps: readonly { action: Step; wants: string | null }[] }) => (
  <div>
    <Text size="sm" fw={600}>
      {text.later}
    </Text>
    <List size="sm">
      {steps.map(({ action, wants }) => (
        <List.Item key={action}>
          {all.actions[action].replace("…", "")}: {requestsEn.needs[wants as Need]}
        </List.Item>
      ))}
    </List>
  </div>
);

/** The staged changes in words, the reason that a save needs, and what prevents the save. */
import { Alert, Button, Group, List, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { clauseAt } from "../../../shared/policy/clauses.ts";
import { sayAtOnce, sayChange, sayClause, sayWaits } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import type { PolicyDraft, SaveFailure } from "../../ui/usePolicy.ts";
import { namesUnreadDay } from "../forms/DateInput.tsx";
import { confirm } from "../forms/Dialog.tsx";
import { Form } from "../forms/Form.tsx";
import { fill, plural, texts } from "../parts/texts.ts";
import { say } from "../parts/toast.tsx";

const words = deskPolicyEn.bar;

/** The path of the clause that a refused field belongs to. The Worker names the body's fields: `policy.identity.address`. */
export const refusedClause = (field: string): string | undefined =>
  clauseAt(field.replace(/^policy\./, ""))?.path;

interface PolicyBarProps {
  draft: PolicyDraft;
  saved: () => void;
}

export function PolicyBar({ draft, saved }: PolicyBarProps) {
  const { why, setWhy } = draft;
  const [busy, setBusy] = useState(false);
  const waiting = draft.waiting;
  if (draft.changes.length === 0 && draft.failure === null) return null;

  async function save() {
    // A day that cannot be read would be saved as none.
    if (namesUnreadDay()) return;
    setBusy(true);
    const done = await draft.save();
    setBusy(false);
    if (!done) return;
    const { proposed } = done;
    if (!proposed) say(words.saved);
    else {
      const which = proposed.changes.length < draft.changes.length ? "both" : "proposed";
      say(words[proposed.alone ? (`${which}Alone` as const) : which]);
    }
    saved();
  }
  async function discard() {
    const yes = await confirm({ title: words.undoSure, text: words.undoText, yes: words.undo, danger: true });
    if (yes) draft.undo();
  }

  return (
    <section className="desk-bar" aria-label={words.label}>
      {draft.failure && <Failure failure={draft.failure} />}
      <Text fw={600} size="sm" role="status">
        {plural(texts, words.changes, draft.changes.length)}
      </Text>
      <List size="sm" className="desk-changes">
        {draft.changes.map((change) => (
          <List.Item key={change.path}>{sayChange(change)}</List.Item>
        ))}
      </List>
      {waiting.length > 0 && (
        <Alert color="yellow" role="status">
          {sayWaits(waiting, draft.alone)}
        </Alert>
      )}
      {draft.atOnce.length > 0 && (
        <Alert color="yellow" role="status">
          {sayAtOnce(draft.atOnce)}
        </Alert>
      )}
      <Form send={() => void save()}>
        <Group gap="sm" align="flex-start">
          <TextInput
            label={words.why}
            placeholder={words.whyHint}
            required
            maxLength={500}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
            style={{ flex: "1 1 260px" }}
          />
          <Button type="submit" className="desk-beside" loading={busy} disabled={draft.changes.length === 0}>
            {waiting.length > 0 && waiting.length === draft.changes.length ? words.propose : words.save}
          </Button>
          <Button variant="default" className="desk-beside" disabled={busy} onClick={() => void discard()}>
            {words.undo}
          </Button>
        </Group>
      </Form>
    </section>
  );
}

function Failure({ failure }: { failure: SaveFailure }) {
  const { moved, failed } = deskPolicyEn;
  if (failure.kind === "moved")
    return (
      <Alert color="yellow" role="alert" title={fill(moved.title, { by: failure.by || moved.somebody })}>
        <Text size="sm">{failure.theirs.length === 0 ? moved.same : moved.text}</Text>
        <List size="sm" mt={4}>
          {failure.theirs.map((change) => (
            <List.Item key={change.path}>{sayChange(change)}</List.Item>
          ))}
        </List>
      </Alert>
    );
  return (
    <Alert color="red" role="alert" title={failed.title}>
      <Text size="sm">{failure.kind === "offline" ? failed.offline : failure.detail}</Text>
      {failure.kind === "refused" && <Faults errors={failure.errors} />}
    </Alert>
  );
}

/** A button for each refused clause, which may be out of sight or below this bar. */
function Faults({ errors }: { errors: { path: string }[] }) {
  const paths = [...new Set(errors.map((e) => refusedClause(e.path)).filter((path) => path !== undefined))];
  return (
    <Group gap="xs" mt="xs">
      {paths.map((path) => (
        <Button
          key={path}
          size="compact-sm"
          variant="default"
          onClick={() =>
            document.querySelector(`[data-clause="${path}"]`)?.scrollIntoView({ block: "center" })
          }
        >
          {fill(deskPolicyEn.failed.at, { clause: sayClause(path) })}
        </Button>
      ))}
    </Group>
  );
}

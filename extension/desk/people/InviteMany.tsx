/** Invites many people from a CSV file. Links that were not mailed are shown once, to be saved and handed over. */
import { Alert, Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { InviteAnswer, Role } from "../../../shared/people/api.ts";
import { wholeText } from "../../../shared/screening/text.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { api, ApiError } from "../../ui/api.ts";
import { Dialog } from "../forms/Dialog.tsx";
import { Form } from "../forms/Form.tsx";
import { FormError } from "../forms/FormDialog.tsx";
import { FileDrop } from "../import/FileDrop.tsx";
import { bytesOf, readOrFault } from "../import/log-file.ts";
import { ImportOutcome, ImportProgress } from "../import/Progress.tsx";
import { touch } from "../parts/api.ts";
import { sayError } from "../parts/errors.ts";
import { roles } from "../parts/me.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { type Column, Table } from "../tables/Table.tsx";
import { type InviteLine, inviteOf, readInvites } from "./invite-file.ts";

const text = deskPeopleEn.many;
/** Lines. */
const MOST = 500;

interface Made extends InviteLine {
  /** Null where the mail brings it to the person alone, or where none was made. */
  link: string | null;
  /** What came of it. */
  says: string;
  refused: boolean;
}

type State =
  | { at: "none"; why?: string }
  | { at: "ready"; file: string; lines: InviteLine[]; error?: unknown }
  | { at: "inviting" | "done"; lines: InviteLine[]; made: Made[] };

export function PeopleInviteMany({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>({ at: "none" });
  const [role, setRole] = useState<Role>("agent");
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);

  async function choose(file: File) {
    const bytes = await bytesOf(file);
    const lines = readOrFault(() => readInvites(wholeText(bytes)));
    if (typeof lines === "string") setState({ at: "none", why: lines });
    else if (lines.length === 0) setState({ at: "none", why: text.none });
    else if (lines.length > MOST)
      setState({ at: "none", why: fill(text.tooMany, { n: lines.length, most: MOST }) });
    else setState({ at: "ready", file: file.name, lines });
  }
  async function invite(file: string, lines: InviteLine[]) {
    stop.current = new AbortController();
    const { signal } = stop.current;
    const made: Made[] = [];
    setState({ at: "inviting", lines, made });
    try {
      for (const line of lines) {
        if (signal.aborted) break;
        made.push(await inviteOne(line, role));
        setState({ at: "inviting", lines, made: [...made] });
      }
      setState({ at: "done", lines, made });
    } catch (error) {
      // Those that were made stay shown: their links are nowhere else.
      if (made.length > 0) setState({ at: "done", lines, made });
      else setState({ at: "ready", file, lines, error });
    }
    await touch(queries, ["/v1/people", "/v1/invites", "/v1/mail", "/v1/proposals"]);
  }

  return (
    <Dialog opened onClose={close} size="xl" title={text.title}>
      <Stack gap="md">
        {(state.at === "none" || state.at === "ready") && (
          <Text size="sm" c="dimmed">
            {text.lead}
          </Text>
        )}
        {state.at === "none" && (
          <>
            {state.why !== undefined && (
              <Alert color="red" role="alert">
                {state.why}
              </Alert>
            )}
            <FileDrop label={text.file} onFile={(file) => void choose(file)} />
          </>
        )}
        {state.at === "ready" && (
          <Form send={() => void invite(state.file, state.lines)}>
            <Stack gap="md">
              <Text size="sm" fw={600}>
                {plural(texts, text.found, state.lines.length, { file: state.file })}
              </Text>
              <NativeSelect
                label={text.role}
                w={260}
                value={role}
                data={roles.map((value) => ({ value, label: rolesEn[value] }))}
                onChange={({ currentTarget }) => setRole(currentTarget.value as Role)}
              />
              <FormError error={state.error} />
              <Group justify="flex-end">
                <Button type="submit">{plural(texts, text.go, state.lines.length)}</Button>
              </Group>
            </Stack>
          </Form>
        )}
        {state.at === "inviting" && (
          <ImportProgress
            label={text.title}
            done={state.made.length}
            all={state.lines.length}
            stop={() => stop.current.abort()}
          />
        )}
        {state.at === "done" && <Done {...state} close={close} />}
      </Stack>
    </Dialog>
  );
}

/** Throws where the Worker could not be asked. */
async function inviteOne(line: InviteLine, usual: Role): Promise<Made> {
  const body = inviteOf(line, usual);
  if (typeof body === "string") return { ...line, link: null, says: body, refused: true };
  try {
    const { link, mailed, waits } = await api<InviteAnswer>("POST", "/v1/invites", body, {
      key: crypto.randomUUID(),
    });
    const says = waits ? text.says.waits : mailed ? text.says.mailed : text.says.link;
    return { ...line, ...body, link, says, refused: false };
  } catch (error) {
    if (!(error instanceof ApiError) || error.trouble !== "refused") throw error;
    return { ...line, link: null, says: sayError(error), refused: true };
  }
}

const columns: Column<Made>[] = [
  { id: "line", header: text.columns.line, value: (row) => row.line },
  { id: "name", header: text.columns.name, value: (row) => row.name },
  {
    id: "email",
    header: text.columns.email,
    value: (row) => row.email,
    cell: (row) => <span className="desk-address">{row.email}</span>,
  },
  { id: "says", header: text.columns.says, value: (row) => row.says },
  { id: "link", header: text.columns.link, value: (row) => row.link, csvOnly: true },
];

function Done({ made, lines, close }: { made: Made[]; lines: InviteLine[]; close: () => void }) {
  const refused = made.filter((row) => row.refused).length;
  const whole = made.length === lines.length;
  return (
    <>
      <ImportOutcome
        fine={refused === 0 && whole}
        stopped={whole ? null : fill(text.stopped, { n: made.length, all: lines.length })}
        counts={[
          plural(texts, text.invited, made.length - refused),
          ...(refused > 0 ? [plural(texts, text.refused, refused)] : []),
        ]}
      />
      {made.some(({ link }) => link !== null) && (
        <Alert color="yellow" role="note">
          {text.once}
        </Alert>
      )}
      <Table
        label={text.label}
        columns={columns}
        rows={made}
        idOf={(row) => String(row.line)}
        csv="invites"
        toneOf={(row) => (row.refused ? "bad" : undefined)}
      />
      <Group justify="flex-end">
        <Button onClick={close}>{deskPeopleEn.invite.close}</Button>
      </Group>
    </>
  );
}

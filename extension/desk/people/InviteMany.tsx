/** Invites many people from a CSV file. Links that were not mailed are shown once, to be saved and handed over. */
import { Alert, Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { InviteAnswer, PeopleAnswer, Person, Role } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { api, ApiError } from "../../ui/api.ts";
import { Dialog } from "../forms/Dialog.tsx";
import { Form } from "../forms/Form.tsx";
import { FormError } from "../forms/FormDialog.tsx";
import { FileChoice } from "../import/FileChoice.tsx";
import { ImportOutcome, ImportProgress } from "../import/Progress.tsx";
import { touch, useApi } from "../parts/api.ts";
import { sayError } from "../parts/errors.ts";
import { roles } from "../parts/me.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { fill, plural, texts } from "../parts/texts.ts";
import { type Column, Table } from "../tables/Table.tsx";
import { type InviteLine, type PlannedInvite, planInvites, readInvites } from "./invite-file.ts";
import { sayProposed } from "./proposed.ts";

const text = deskPeopleEn.many;
/** Lines. */
const MOST = 500;

/** `wrong`, where it was refused, is what the Worker said. */
interface Made extends PlannedInvite {
  /** Null where the mail brings it to the person alone, or where none was made. */
  link: string | null;
  /** What came of it. */
  says: string;
}

type State =
  | { at: "none" }
  | { at: "ready"; file: string; lines: InviteLine[]; error?: unknown }
  | { at: "inviting" | "done"; planned: PlannedInvite[]; made: Made[]; error?: unknown };

export function PeopleInviteMany({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>({ at: "none" });
  const [role, setRole] = useState<Role>("agent");
  const people = useApi<PeopleAnswer>("/v1/people");
  const [links, setLinks] = useState<"out" | "asked" | "saved">("out");
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);

  async function invite(file: string, lines: InviteLine[], planned: PlannedInvite[]) {
    stop.current = new AbortController();
    const { signal } = stop.current;
    const made: Made[] = [];
    setState({ at: "inviting", planned, made });
    try {
      for (const one of planned) {
        if (signal.aborted) break;
        made.push(await inviteOne(one));
        setState({ at: "inviting", planned, made: [...made] });
      }
      setState({ at: "done", planned, made });
    } catch (error) {
      // Those that were made stay shown: their links are nowhere else.
      if (made.length > 0) setState({ at: "done", planned, made, error });
      else setState({ at: "ready", file, lines, error });
    }
    await touch(queries, ["/v1/people", "/v1/invites", "/v1/mail", "/v1/proposals"]);
  }
  /** Inviting is only stopped, and links that nobody saved are not thrown away by a slip: they are nowhere else. */
  function leave() {
    if (state.at === "inviting") stop.current.abort();
    else if (state.at === "done" && links !== "saved" && hasLinks(state.made)) setLinks("asked");
    else close();
  }

  return (
    <Dialog opened onClose={leave} size="xl" title={text.title}>
      <Stack gap="md">
        {(state.at === "none" || state.at === "ready") && (
          <Text size="sm" c="dimmed">
            {text.lead}
          </Text>
        )}
        {state.at === "none" && (
          <FileChoice
            words={text}
            most={MOST}
            read={(csv) => ({ lines: readInvites(csv) })}
            chosen={({ lines }, file) => setState({ at: "ready", file, lines })}
          />
        )}
        {state.at === "ready" && (
          <QueryState of={people}>
            {({ people: known }) => (
              <Ready
                {...state}
                people={known}
                role={role}
                setRole={setRole}
                send={(planned) => void invite(state.file, state.lines, planned)}
              />
            )}
          </QueryState>
        )}
        {state.at === "inviting" && (
          <ImportProgress
            label={text.title}
            done={state.made.length}
            all={state.planned.length}
            stop={() => stop.current.abort()}
          />
        )}
        {state.at === "done" && (
          <>
            <FormError error={state.error} />
            <Done {...state} saved={() => setLinks("saved")} />
            {links === "asked" && (
              <Alert color="red" role="alert">
                {text.unsaved}
              </Alert>
            )}
            <Group justify="flex-end">
              {links === "asked" && (
                <Button variant="default" onClick={close}>
                  {text.closeAnyway}
                </Button>
              )}
              <Button onClick={leave}>{deskPeopleEn.invite.close}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Dialog>
  );
}

interface ReadyProps {
  file: string;
  lines: InviteLine[];
  error?: unknown;
  people: Person[];
  /** Of lines that say none. */
  role: Role;
  setRole: (role: Role) => void;
  send: (planned: PlannedInvite[]) => void;
}

/** Each line as it will be sent, before anybody is invited. */
function Ready({ file, lines, error, people, role, setRole, send }: ReadyProps) {
  const planned = planInvites(lines, role, people);
  const sent = planned.filter(({ wrong }) => wrong === null).length;
  return (
    <Stack gap="md">
      <Text size="sm" fw={600}>
        {plural(texts, text.found, lines.length, { file })}
      </Text>
      <NativeSelect
        label={text.role}
        w={260}
        value={role}
        data={roles.map((value) => ({ value, label: rolesEn[value] }))}
        onChange={({ currentTarget }) => setRole(currentTarget.value as Role)}
      />
      <Table
        label={text.plan}
        columns={plannedColumns}
        rows={planned}
        idOf={(row) => String(row.line)}
        toneOf={toneOf}
      />
      {sent === 0 ? (
        <Text size="sm">{text.nobody}</Text>
      ) : (
        <Form send={() => send(planned)}>
          <FormError error={error} />
          <Group justify="flex-end">
            <Button type="submit">{plural(texts, text.go, sent)}</Button>
          </Group>
        </Form>
      )}
    </Stack>
  );
}

/** Throws where the Worker could not be asked. */
async function inviteOne(planned: PlannedInvite): Promise<Made> {
  const { name, email, role, wrong } = planned;
  if (wrong !== null) return { ...planned, link: null, says: wrong };
  try {
    const { link, mailed, waits, proposed } = await api<InviteAnswer>(
      "POST",
      "/v1/invites",
      { name, email, role },
      { key: crypto.randomUUID() },
    );
    const says = waits ? text.says.waits : mailed ? text.says.mailed : text.says.link;
    return { ...planned, link, says: proposed ? `${says}. ${sayProposed(name, proposed)}` : says };
  } catch (error) {
    if (!(error instanceof ApiError) || error.trouble !== "refused") throw error;
    const says = sayError(error);
    return { ...planned, link: null, says, wrong: says };
  }
}

const toneOf = ({ wrong }: PlannedInvite) => (wrong === null ? undefined : "bad");
const hasLinks = (made: readonly Made[]): boolean => made.some(({ link }) => link !== null);

const whoColumns: Column<PlannedInvite>[] = [
  { id: "line", header: text.columns.line, value: (row) => row.line },
  { id: "name", header: text.columns.name, value: (row) => row.name },
  {
    id: "email",
    header: text.columns.email,
    value: (row) => row.email,
    cell: (row) => <span className="desk-address">{row.email}</span>,
  },
  { id: "role", header: text.columns.role, value: (row) => row.role && rolesEn[row.role] },
];
const plannedColumns: Column<PlannedInvite>[] = [
  ...whoColumns,
  { id: "wrong", header: text.columns.wrong, value: (row) => row.wrong },
];
const madeColumns: Column<Made>[] = [
  ...whoColumns,
  { id: "says", header: text.columns.says, value: (row) => row.says },
  { id: "link", header: text.columns.link, value: (row) => row.link, csvOnly: true },
];

interface DoneProps {
  made: Made[];
  planned: PlannedInvite[];
  /** The file with the links was downloaded. */
  saved: () => void;
}

function Done({ made, planned, saved }: DoneProps) {
  const refused = made.filter(({ wrong }) => wrong !== null).length;
  const whole = made.length === planned.length;
  return (
    <>
      <ImportOutcome
        fine={refused === 0 && whole}
        stopped={whole ? null : fill(text.stopped, { n: made.length, all: planned.length })}
        counts={[
          plural(texts, text.invited, made.length - refused),
          ...(refused > 0 ? [plural(texts, text.refused, refused)] : []),
        ]}
      />
      {hasLinks(made) && (
        <Alert color="yellow" role="note">
          {text.once}
        </Alert>
      )}
      <Table
        label={text.label}
        columns={madeColumns}
        rows={made}
        idOf={(row) => String(row.line)}
        csv="invites"
        csvSaved={saved}
        toneOf={toneOf}
      />
    </>
  );
}

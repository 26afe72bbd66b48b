/** Enters a request that came by telephone, e-mail, post or in person, with a scan of the letter. */
import { Button, FileInput, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { daysLater } from "../../../shared/core/calendar.ts";
import { MAX_SCAN, scanTypes } from "../../../shared/privacy-requests/files.ts";
import { requestKinds } from "../../../shared/privacy-requests/steps.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import type { SentFile } from "../../carried.ts";
import { asSent } from "../../ui/api.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { FormDialog, FormError } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { go } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { fill } from "../parts/texts.ts";
import { useToday } from "../parts/useToday.ts";
import { filePath } from "./Files.tsx";

const all = deskRequestsEn;
const text = all.enter;
const { page: _, ...channels } = all.channels;
const touches = ["/v1/requests", "/v1/suppressions"];

const blank = {
  kind: "access",
  channel: "telephone",
  name: "",
  email: "",
  address: "",
  number: "",
  callDate: "",
  callTime: "",
  text: "",
  receivedWhy: "",
};

export function RequestsEnter({ close }: { close: () => void }) {
  const [form, setForm] = useState(blank);
  const today = useToday();
  const [receivedOn, setReceivedOn] = useState(today);
  const [scan, setScan] = useState<File | null>(null);
  const mayOpen = useMay("compliance", "admin");
  const enter = useMutate<object, { id: string; reference: string }>(
    (body) => ({ method: "POST", path: "/v1/requests/entries", body }),
    { touches, quiet: true, done: ({ reference }) => fill(text.done, { reference }) },
  );
  const add = useMutate<{ id: string; name: string; file: SentFile }>(
    ({ id, name, file }) => ({ method: "PUT", path: filePath(id, "scan", name), file, patienceMs: 60_000 }),
    { touches, quiet: true },
  );
  const entered = enter.data;
  const tooLarge = scan !== null && scan.size > MAX_SCAN;
  const put = (field: keyof typeof blank) => ({
    name: field,
    value: form[field],
    onChange: (event: { currentTarget: { value: string } }) =>
      setForm({ ...form, [field]: event.currentTarget.value }),
  });

  function leave(id: string) {
    close();
    if (mayOpen) go(`/requests/case/${id}`);
  }
  async function save() {
    const given = Object.fromEntries(Object.entries(form).filter(([, value]) => value.trim() !== ""));
    // After a failed scan, only the scan is sent again.
    const { id } = entered ?? (await enter.mutateAsync({ ...given, receivedOn }));
    if (scan) await add.mutateAsync({ id, name: scan.name, file: await asSent(scan) });
    leave(id);
  }
  return (
    <FormDialog
      title={text.title}
      size="lg"
      close={close}
      yes={text.save}
      ownFailures
      sending={{ isPending: enter.isPending || add.isPending, error: enter.error ?? add.error }}
      send={() => void save().catch(() => {})}
      beside={
        entered &&
        add.error && (
          <Button variant="default" onClick={() => leave(entered.id)}>
            {text.withoutScan}
          </Button>
        )
      }
    >
      <Group gap="md" align="flex-start">
        <NativeSelect
          label={text.kind}
          data={requestKinds.map((value) => ({ value, label: all.kinds[value] }))}
          data-autofocus
          {...put("kind")}
        />
        <NativeSelect
          label={text.channel}
          data={Object.entries(channels).map(([value, label]) => ({ value, label }))}
          {...put("channel")}
        />
        <DateInput
          label={text.receivedOn}
          description={text.receivedNote}
          required
          max={today}
          value={receivedOn}
          onChange={setReceivedOn}
          width={200}
        />
      </Group>
      {receivedOn < daysLater(today, -60) && (
        <TextInput label={text.receivedWhy} required maxLength={500} {...put("receivedWhy")} />
      )}
      <TextInput label={text.name} required maxLength={200} {...put("name")} />
      <TextInput
        label={text.number}
        type="tel"
        required={form.kind !== "complaint"}
        maxLength={100}
        {...put("number")}
      />
      <TextInput label={text.email} type="email" maxLength={320} {...put("email")} />
      <Textarea label={text.address} autosize minRows={2} maxLength={500} {...put("address")} />
      <Group gap="md">
        <DateInput
          label={text.callDate}
          max={today}
          value={form.callDate}
          onChange={(callDate) => setForm({ ...form, callDate })}
          width={200}
        />
        <TextInput label={text.callTime} type="time" {...put("callTime")} />
      </Group>
      <Textarea label={text.text} autosize minRows={2} maxLength={5000} {...put("text")} />
      <FileInput
        label={text.scan}
        accept={scanTypes.join()}
        clearable
        clearButtonProps={{ "aria-label": text.clearScan }}
        error={tooLarge && all.one.fileTooLarge}
        value={scan}
        onChange={setScan}
      />
      <FormError
        error={enter.error ?? add.error}
        title={entered && fill(text.scanFailed, { reference: entered.reference })}
      />
    </FormDialog>
  );
}

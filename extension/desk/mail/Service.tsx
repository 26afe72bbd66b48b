/** Which service sends mail. An administrator sets it, changes it and takes it away, where the deployment names none. */
import { Alert, Button, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { MailAnswer, MailServiceRequest, MailSettings } from "../../../shared/mail/api.ts";
import { mailDeskEn as words } from "../../../shared/texts/mail/desk.en.ts";
import { confirm } from "../forms/Dialog.tsx";
import { RadioField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { useMay } from "../parts/me.ts";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";

const text = words.service;
const PATH = "/v1/mail/service";
const touches = ["/v1/mail"];

interface MailServiceProps {
  answer: Pick<MailAnswer, "via" | "waiting" | "failed">;
  service: MailSettings;
}

export function MailService({ answer: { via, waiting, failed }, service }: MailServiceProps) {
  const [isOpen, setOpen] = useState(false);
  const isAdmin = useMay("admin");
  return (
    <>
      {service.isUnlike ? (
        <Alert color="red" role="note" title={words.unlike}>
          {words.unlikeText}
        </Alert>
      ) : (
        via === null && (
          <Alert color="yellow" role="note" title={words.none}>
            {words.noneText}
          </Alert>
        )
      )}
      <Group justify="space-between" align="center" gap="md">
        <Text size="sm" c="dimmed" maw="75ch">
          {[...(via ? says(via, service) : []), fill(words.counts, { waiting, failed })].join(" ")}
        </Text>
        {isAdmin && !service.byDeployment && (
          <Button variant={via === null ? "filled" : "default"} onClick={() => setOpen(true)}>
            {service.set ? text.change : text.set}
          </Button>
        )}
      </Group>
      {isOpen && <SetService service={service} close={() => setOpen(false)} />}
    </>
  );
}

/** How mail goes, from whom, and who said so. */
function says(via: NonNullable<MailAnswer["via"]>, { from, url, set, byDeployment }: MailSettings): string[] {
  return [
    url ? fill(words.host, { host: new URL(url).host }) : words.via[via],
    ...(from ? [fill(words.from, { from })] : []),
    ...(byDeployment ? [words.byDeployment] : []),
    ...(set ? [fill(words.setBy, { name: set.by, at: sayTime(set.at) })] : []),
  ];
}

function SetService({ service, close }: { service: MailSettings; close: () => void }) {
  const [from, setFrom] = useState(service.from ?? "");
  const [way, setWay] = useState<"binding" | "http">(
    service.hasCloudflare && service.url === null ? "binding" : "http",
  );
  const [url, setUrl] = useState(service.url ?? "https://");
  const [token, setToken] = useState("");
  const put = useMutate<MailServiceRequest, MailSettings>((body) => ({ method: "PUT", path: PATH, body }), {
    touches,
    quiet: true,
    done: text.saved,
  });
  const remove = useMutate<void, MailSettings>(() => ({ method: "DELETE", path: PATH }), {
    touches,
    done: text.removed,
  });
  const isHttp = way === "http";
  async function takeAway() {
    const sure = { title: text.removeSure, text: text.removeText, yes: text.remove, danger: true };
    if (await confirm(sure)) remove.mutate(undefined, { onSuccess: close });
  }
  const send = () =>
    put.mutate(
      { from: from.trim(), url: isHttp ? url.trim() : "", ...(isHttp && token !== "" ? { token } : {}) },
      { onSuccess: close },
    );
  return (
    <FormDialog
      title={text.title}
      close={close}
      yes={text.save}
      sending={put}
      send={send}
      beside={
        service.set && (
          <Button variant="default" loading={remove.isPending} onClick={() => void takeAway()}>
            {text.remove}
          </Button>
        )
      }
    >
      <TextInput
        name="from"
        label={text.from}
        description={text.fromHint}
        required
        maxLength={200}
        data-autofocus
        value={from}
        onChange={({ currentTarget }) => setFrom(currentTarget.value)}
      />
      {service.hasCloudflare && (
        <RadioField
          label={text.way}
          value={way}
          onChange={setWay}
          options={[
            { value: "binding", ...text.ways.binding },
            { value: "http", ...text.ways.http },
          ]}
        />
      )}
      {isHttp && (
        <>
          <TextInput
            type="url"
            name="url"
            label={text.url}
            description={service.hasCloudflare ? undefined : text.ways.http.description}
            required
            maxLength={500}
            value={url}
            onChange={({ currentTarget }) => setUrl(currentTarget.value)}
          />
          <TextInput
            type="password"
            name="token"
            label={text.token}
            description={service.url === null ? text.tokenHint : text.tokenKept}
            required={service.url === null}
            maxLength={1000}
            autoComplete="new-password"
            value={token}
            onChange={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </>
      )}
    </FormDialog>
  );
}

/** The browsers that a person is signed in with, and a button that signs one out. */
import { Button, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Device, PersonAnswer } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { confirm } from "../forms/Dialog.tsx";
import { useMutate } from "../parts/api.ts";
import { useMay, useMe } from "../parts/me.ts";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { actionColumn, timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";

const words = deskPeopleEn.devices;
const called = ({ device }: Device) => device || words.unnamed;

export function PeopleDevices({ of: { person, devices } }: { of: PersonAnswer }) {
  const isAdmin = useMay("admin");
  const own = useMe().person.id === person.id;
  const { mutate } = useMutate<Device>(({ id }) => ({ method: "DELETE", path: `/v1/tokens/${id}` }), {
    touches: ["/v1/people", "/v1/me"],
    done: (_, device) => fill(words.revoked, { device: called(device) }),
  });
  const columns = useMemo((): Column<Device>[] => {
    async function revoke(device: Device) {
      const yes = await confirm({
        title: fill(words.revokeSure, { device: called(device) }),
        text: device.current ? words.ownText : words.revokeText,
        yes: words.revoke,
        danger: true,
      });
      if (yes) mutate(device);
    }
    return [
      {
        id: "device",
        header: words.device,
        value: called,
        cell: (d) => (
          <>
            {called(d)} {d.current && <Tag tone="good">{words.current}</Tag>}
          </>
        ),
      },
      timeColumn("created", words.created, (d) => d.createdAt),
      timeColumn("used", words.used, (d) => d.lastUsedAt),
      timeColumn("expires", words.expires, (d) => d.expiresAt),
      ...(isAdmin || own
        ? [
            actionColumn(
              "revoke",
              words.revoke,
              (d: Device) => (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={fill(words.revokeLabel, { device: called(d) })}
                  onClick={() => void revoke(d)}
                >
                  {words.revoke}
                </Button>
              ),
              "right",
            ),
          ]
        : []),
    ];
  }, [isAdmin, own, mutate]);
  if (devices.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {person.kind === "integration" ? words.noToken : words.none}
      </Text>
    );
  return <Table label={words.title} columns={columns} rows={devices} idOf={(d) => d.id} />;
}

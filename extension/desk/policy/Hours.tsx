/** Calling hours by country and weekday, in the called person's local time. */
import { Button, Group, NativeSelect, Select, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import type { Hours } from "../../../shared/policy/policy.ts";
import { sayHours } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { countries, countryName } from "../../ui/countries.ts";
import { fill } from "../parts/texts.ts";

const words = deskPolicyEn.hours;
const days = Object.keys(words.days) as (keyof Hours)[];
const working: readonly (keyof Hours)[] = ["mon", "tue", "wed", "thu", "fri"];

/** Every half hour of a day, to 24:00. */
const times = Array.from({ length: 49 }, (_, half) => {
  const hour = String(Math.floor(half / 2)).padStart(2, "0");
  return `${hour}:${half % 2 === 0 ? "00" : "30"}`;
});
const nineToSix: Hours[keyof Hours] = ["09:00", "18:00"];
/** The hours that a newly added country begins with. */
const begin: Hours = {
  mon: nineToSix,
  tue: nineToSix,
  wed: nineToSix,
  thu: nineToSix,
  fri: nineToSix,
  sat: null,
  sun: null,
};

interface PolicyHoursProps {
  value: Record<string, Hours>;
  error: string | undefined;
  readOnly: boolean;
  set: (path: string, value: Hours | undefined) => void;
}

export function PolicyHours({ value, error, readOnly, set }: PolicyHoursProps) {
  const [adding, setAdding] = useState<string | null>(null);
  const regions = Object.keys(value).sort();
  return (
    <Stack gap="md">
      {regions.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      {regions.map((region) =>
        readOnly ? (
          <div key={region}>
            <Text size="sm" fw={600}>
              {countryName(region)}
            </Text>
            <Text size="sm">{sayHours(value[region]!)}</Text>
          </div>
        ) : (
          <Week
            key={region}
            region={region}
            hours={value[region]!}
            put={(next) => set(`hours.${region}`, next)}
          />
        ),
      )}
      {error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      {!readOnly && (
        <Group gap="xs" align="flex-end">
          <Select
            label={words.add}
            placeholder={deskPolicyEn.region.search}
            searchable
            w={240}
            value={adding}
            onChange={setAdding}
            data={countries.filter((c) => !(c.value in value))}
          />
          <Button
            variant="default"
            disabled={adding === null}
            onClick={() => {
              if (adding) set(`hours.${adding}`, begin);
              setAdding(null);
            }}
          >
            {words.addButton}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface WeekProps {
  region: string;
  hours: Hours;
  put: (hours: Hours | undefined) => void;
}

function Week({ region, hours, put }: WeekProps) {
  const name = countryName(region);
  return (
    <fieldset className="desk-week">
      <legend>{name}</legend>
      {days.map((day) => {
        const open = hours[day];
        const label = { region: name, day: words.days[day] };
        const change = (next: Hours[keyof Hours]) => put({ ...hours, [day]: next });
        return (
          <div key={day} className="desk-day">
            <Switch
              size="sm"
              label={words.days[day]}
              aria-label={fill(words.calls, label)}
              checked={open !== null}
              onChange={(event) => change(event.currentTarget.checked ? nineToSix : null)}
            />
            {open ? (
              <>
                <Time
                  label={fill(words.from, label)}
                  value={open[0]}
                  put={(from) => change([from, open[1]])}
                />
                <span aria-hidden="true">–</span>
                <Time label={fill(words.to, label)} value={open[1]} put={(to) => change([open[0], to])} />
              </>
            ) : (
              <Text size="sm" c="dimmed">
                {words.closed}
              </Text>
            )}
          </div>
        );
      })}
      <Group gap="xs" mt="xs">
        <Button
          size="xs"
          variant="default"
          onClick={() => put({ ...hours, ...Object.fromEntries(working.map((day) => [day, hours.mon])) })}
        >
          {words.copy}
        </Button>
        <Button size="xs" variant="subtle" c="var(--desk-bad)" onClick={() => put(undefined)}>
          {fill(words.remove, { region: name })}
        </Button>
      </Group>
    </fieldset>
  );
}

const Time = ({ label, value, put }: { label: string; value: string; put: (time: string) => void }) => (
  <NativeSelect
    size="xs"
    w={88}
    aria-label={label}
    value={value}
    // The API accepts times between the half hours.
    data={times.includes(value) ? times : [...times, value].sort()}
    onChange={(event) => put(event.currentTarget.value)}
  />
);

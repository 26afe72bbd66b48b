/** The desk's frame: the navigation beside the page, or behind a burger where the window is narrow. */
import { AppShell, Burger, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useEffect } from "react";
import { Route, Switch, useLocation } from "wouter";
import { uiEn } from "../../../shared/texts/popup/popup.en.ts";
import { BrandIcon } from "../../ui/icons.tsx";
import { fill, words } from "../parts/words.ts";
import { SectionIcon } from "./icons.tsx";
import { useMe } from "./me.ts";
import { ListsBanner } from "../registers/Banner.tsx";
import { DraftHolder } from "../policy/Draft.tsx";
import { Nowhere } from "./Gate.tsx";
import { placesOf } from "./routes.tsx";

/** A link to `#main` would be a view of its own: the hash is ours. */
const skip = () => document.querySelector<HTMLElement>("main h1")?.focus();

export function Shell() {
  const { person, company } = useMe();
  const places = placesOf(person.role);
  const [path] = useLocation();
  const [opened, { toggle, close }] = useDisclosure();
  useEffect(() => {
    close();
    scrollTo(0, 0);
  }, [path, close]);

  return (
    <AppShell
      padding="lg"
      header={{ height: 52, collapsed: false }}
      navbar={{ width: 216, breakpoint: "md", collapsed: { mobile: !opened } }}
      transitionDuration={0}
    >
      <AppShell.Header className="desk-header">
        <button type="button" className="desk-skip" onClick={skip}>
          {words.skip}
        </button>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="md"
            size="sm"
            aria-label={opened ? words.menu.close : words.menu.open}
            aria-expanded={opened}
          />
          <BrandIcon size={24} />
          <Text fw={650} size="lg">
            {words.name}
          </Text>
          {company !== "" && (
            <Text c="dimmed" truncate visibleFrom="xs">
              {company}
            </Text>
          )}
          <Text size="sm" c="dimmed" ml="auto" truncate>
            {fill(words.signedIn, { name: person.name, role: uiEn.roles[person.role] })}
          </Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        className="desk-nav"
        data-closed={!opened || undefined}
        aria-label={words.menu.label}
        p="xs"
      >
        {places
          .filter((place) => !place.below)
          .map(({ section, path: pattern }) => {
            const to = pattern.replace("/:tab?", "");
            const here = to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`);
            return (
              <NavLink
                key={section}
                href={`#${to}`}
                label={words.nav[section]}
                leftSection={<SectionIcon section={section} />}
                active={here}
                {...(here ? { "aria-current": "page" as const } : {})}
                onClick={close}
              />
            );
          })}
      </AppShell.Navbar>
      <AppShell.Main>
        {/* The overview says it first of all by itself. */}
        {path !== "/" && <ListsBanner />}
        <DraftHolder>
          <Switch>
            {places.map(({ path: at, page: Here }) => (
              <Route key={at} path={at}>
                <Here />
              </Route>
            ))}
            <Route>
              <Nowhere />
            </Route>
          </Switch>
        </DraftHolder>
      </AppShell.Main>
    </AppShell>
  );
}

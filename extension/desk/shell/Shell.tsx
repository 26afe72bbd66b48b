/** The desk's frame: header, navigation and the page. In narrow windows a menu button opens the navigation. */
import { AppShell, Burger, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type FocusEvent, useLayoutEffect } from "react";
import { Route, Switch, useLocation } from "wouter";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { BrandIcon } from "../../ui/icons.tsx";
import { FindBox } from "../check/FindBox.tsx";
import { useMe } from "../parts/me.ts";
import { Nowhere } from "../parts/Nowhere.tsx";
import { fill, words } from "../parts/texts.ts";
import { PolicyDraftHolder } from "../policy/Draft.tsx";
import { RegistersBanner } from "../registers/Banner.tsx";
import { SectionIcon } from "./icons.tsx";
import { placesOf } from "./routes.tsx";

/** A button, as the hash is the desk's address: a link to `#main` would leave the page. */
const skip = () => document.querySelector<HTMLElement>("main h1")?.focus();

/**
 * Where the page and a table both have to scroll, Chromium brings what gets the focus by keyboard into sight by one of them
 * only: mostly beyond the table's edge. A click's focus moves nothing from under the pointer.
 */
function intoSight({ target }: FocusEvent): void {
  if (target.matches(":focus-visible") && target.parentElement?.closest(".desk-scroll"))
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function Shell() {
  const { person, company } = useMe();
  const places = placesOf(person.role);
  const [path] = useLocation();
  const [opened, { toggle, close }] = useDisclosure();
  // Before anybody sees the new page: a moment later it would leave what has the focus by then out of sight.
  useLayoutEffect(() => {
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
          <Text fw={650} size="lg" visibleFrom="xs">
            {words.name}
          </Text>
          {company !== "" && (
            <Text c="dimmed" truncate visibleFrom="md">
              {company}
            </Text>
          )}
          <FindBox />
          <Text size="sm" c="dimmed" truncate visibleFrom="sm">
            {fill(words.signedIn, { name: person.name, role: rolesEn[person.role] })}
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
      <AppShell.Main onFocus={intoSight}>
        {/* The overview's own list has the same. */}
        {path !== "/" && <RegistersBanner />}
        <PolicyDraftHolder>
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
        </PolicyDraftHolder>
      </AppShell.Main>
    </AppShell>
  );
}

/** A page of tabs. Each tab has its own address; the first has the page's. */
import { Stack, Tabs } from "@mantine/core";
import type { ComponentType } from "react";
import { useLocation } from "wouter";
import { go } from "./location.ts";
import { Nowhere } from "./Nowhere.tsx";
import { Page, type PageProps } from "./Page.tsx";

interface TabbedPageProps<Tab extends string> extends PageProps {
  /** The page's address: `/calls`, with `/calls/days` below it. */
  path: string;
  panels: Readonly<Partial<Record<Tab, ComponentType>>>;
  labels: Readonly<Record<Tab, string>>;
}

/** `children` are above the tabs. A tab without a panel is not shown: this role may not see it. */
export function TabbedPage<Tab extends string>(props: TabbedPageProps<Tab>) {
  const { path, panels, labels, children, ...page } = props;
  const [at] = useLocation();
  const tabs = Object.keys(panels) as Tab[];
  const pathOf = (tab: Tab) => (tab === tabs[0] ? path : `${path}/${tab}`);
  const here = tabs.find((tab) => pathOf(tab) === at);
  const Panel: ComponentType | undefined = here && panels[here];
  if (!here || !Panel) return <Nowhere />;
  return (
    <Page {...page}>
      {children}
      <Tabs value={here} onChange={(tab) => tab !== null && go(pathOf(tab as Tab))} keepMounted={false}>
        <Tabs.List mb="md">
          {tabs.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {labels[tab]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={here}>
          <Stack gap="lg">
            <Panel />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

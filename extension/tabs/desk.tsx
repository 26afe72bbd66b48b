/** The desk: one full page for those who look after registers, policy, people and evidence. */
import { MantineProvider } from "@mantine/core";
import "@mantine/core/styles.css";
import "@mantine/dates/styles.css";
import "@mantine/dropzone/styles.css";
import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { Router } from "wouter";
import { fill } from "../../shared/texts/language.ts";
// After Mantine's, whose rules they adjust.
import "../desk/shell/shell.css";
import "../desk/parts/parts.css";
import "../desk/forms/panel.css";
import "../desk/tables/tables.css";
import "../desk/charts/chart.css";
import "../desk/import/import.css";
import "../desk/overview/overview.css";
import "../desk/policy/policy.css";
import "../desk/privacy-requests/privacy-requests.css";
import "../desk/proof/proof.css";
import "../desk/recordings/recordings.css";
import "../desk/trail/trail.css";
import { client } from "../desk/parts/api.ts";
import { Questions } from "../desk/forms/Dialog.tsx";
import { useHashPath, useHashSearch } from "../desk/parts/location.ts";
import { words } from "../desk/parts/texts.ts";
import { Gate } from "../desk/shell/Gate.tsx";
import { Shell } from "../desk/shell/Shell.tsx";
import { theme, variables } from "../desk/shell/theme.ts";
import { head } from "../ui/our-pages.ts";

head(fill(words.title, { page: words.nav.overview }));

export default function Desk() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Notifications position="bottom-left" aria-live="polite" />
        <Router hook={useHashPath} searchHook={useHashSearch}>
          <Gate>
            <Shell />
          </Gate>
        </Router>
        <Questions />
      </QueryClientProvider>
    </MantineProvider>
  );
}

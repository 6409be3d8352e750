import { Menu } from '@base-ui/react/menu';
import { Check, type LucideIcon, Monitor, Moon, Sun } from 'lucide-react';
import { prefer, type Theme, usePreferences } from '../lib/preferences.ts';

const choices: readonly { readonly theme: Theme; readonly title: string; readonly icon: LucideIcon }[] = [
  { theme: 'system', title: 'As the system', icon: Monitor },
  { theme: 'dark', title: 'Dark', icon: Moon },
  { theme: 'light', title: 'Light', icon: Sun },
];

export function ThemeMenu() {
  const { theme } = usePreferences();
  const Icon = choices.find((choice) => choice.theme === theme)?.icon ?? Monitor;
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label="Theme"
        className="inline-flex size-[26px] items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text data-popup-open:bg-raised"
      >
        <Icon size={15} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-50">
          <Menu.Popup className="min-w-40 rounded-control border border-line-strong bg-surface p-1 shadow-float focus-visible:outline-none">
            <Menu.RadioGroup value={theme} onValueChange={(value: Theme) => prefer({ theme: value })}>
              {choices.map((choice) => (
                <Menu.RadioItem
                  key={choice.theme}
                  value={choice.theme}
                  closeOnClick
                  className="flex h-7 items-center gap-2 rounded-small px-2 outline-none data-highlighted:bg-accent-tint"
                >
                  <choice.icon size={14} aria-hidden className="text-muted" />
                  {choice.title}
                  <Menu.RadioItemIndicator className="ml-auto text-accent">
                    <Check size={14} aria-hidden />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

import { ActionIcon, Avatar, Menu, SegmentedControl, Text, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconHelp, IconBook, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { sessionQuery, useSignOut } from '../../api/session.ts';
import { BASE } from '../../components/app-link.tsx';

const SCHEMES = [
  { value: 'light', icon: IconSun, name: 'Light' },
  { value: 'dark', icon: IconMoon, name: 'Dark' },
  { value: 'auto', icon: IconDeviceDesktop, name: 'As the system' },
] as const;

/** Who is signed in, how the console looks, and the way out. */
export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { data: session } = useQuery(sessionQuery);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { history } = useRouter();
  const signOut = useSignOut();
  const user = session?.user;
  return (
    <Menu position="bottom-end" width={248} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={34} radius="xl">
          <Avatar size={28} radius="xl" color="plumb" name={user?.name ?? '?'} alt="" aria-hidden />
          <span className="visually-hidden">Menu of {user?.name ?? 'the user'}</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: '8px 12px' }}>
          <Text fw={600} truncate>
            {user?.name}
          </Text>
          <Text size="xs" c="var(--text-soft)" truncate>
            {user?.email} · {user?.role}
          </Text>
        </div>
        <div style={{ padding: '4px 8px 8px' }}>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="Colours"
            value={colorScheme}
            onChange={(value) => setColorScheme(value)}
            data={SCHEMES.map(({ value, icon: Picture, name }) => ({
              value,
              label: (
                <span style={{ display: 'inline-flex', alignItems: 'center', height: 20 }}>
                  <Picture size={16} aria-hidden />
                  <span className="visually-hidden">{name}</span>
                </span>
              ),
            }))}
          />
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconHelp size={16} aria-hidden />}
          rightSection={<kbd>?</kbd>}
          onClick={onHelp}
        >
          Keyboard
        </Menu.Item>
        <Menu.Item
          leftSection={<IconBook size={16} aria-hidden />}
          component="a"
          href="/docs"
          target="_blank"
        >
          API reference
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => signOut.mutate(undefined, { onSuccess: () => history.push(`${BASE}/sign-in`) })}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

import { Alert, Button, Code, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertCircle } from '@tabler/icons-react';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useFirstAdmin } from '../../../api/session.ts';
import { AppLink, BASE } from '../../../components/app-link.tsx';
import { Door } from '../../shell/door.tsx';

const SHORTEST_PASSWORD = 10;

/** Makes the first admin by the one-time link that the start printed. */
export function WelcomePage() {
  const { token } = useSearch({ strict: false }) as { token?: string };
  if (token === undefined) {
    return (
      <Door
        title="The link is incomplete"
        says={
          <>
            Open the whole link that <Code>npm start</Code> printed, with everything behind the question mark.
          </>
        }
      >
        <AppLink href="/sign-in">Sign in instead</AppLink>
      </Door>
    );
  }
  return <FirstAdminForm token={token} />;
}

function FirstAdminForm({ token }: { token: string }) {
  const { history } = useRouter();
  const first = useFirstAdmin();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (text) => (text.trim() === '' ? 'Write your name' : null),
      email: (text) =>
        /^\S+@\S+$/.test(text.trim()) ? null : 'Write an e-mail address, such as ana@example.com',
      password: (text) =>
        text.length < SHORTEST_PASSWORD
          ? `Use at least ${SHORTEST_PASSWORD} characters; a few words are best`
          : null,
    },
  });
  const submit = form.onSubmit(({ name, email, password }) =>
    first.mutate(
      { token, name: name.trim(), email: email.trim(), password },
      { onSuccess: () => history.push(`${BASE}/`) },
    ),
  );
  return (
    <Door
      title="Welcome"
      says="You are the first here. Choose how you sign in; you will be an admin and can add others."
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {first.isError && (
            <Alert color="red" variant="light" icon={<IconAlertCircle size={18} aria-hidden />} role="alert">
              <Text size="sm">{first.error.message}</Text>
            </Alert>
          )}
          <TextInput
            label="Name"
            autoComplete="name"
            autoFocus
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            description={`At least ${SHORTEST_PASSWORD} characters. Length is what counts.`}
            autoComplete="new-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          />
          <Button type="submit" fullWidth loading={first.isPending}>
            Open the console
          </Button>
        </Stack>
      </form>
    </Door>
  );
}

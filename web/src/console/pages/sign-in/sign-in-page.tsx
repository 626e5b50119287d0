import { Alert, Button, Code, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertCircle } from '@tabler/icons-react';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useSignIn } from '../../../api/session.ts';
import { BASE } from '../../../components/app-link.tsx';
import { Door } from '../../shell/door.tsx';
import { placeAfterSignIn } from './place-after-sign-in.ts';

/** Asks who one is, and leads back to where one was going. */
export function SignInPage() {
  const { next } = useSearch({ strict: false }) as { next?: string };
  const { history } = useRouter();
  const signIn = useSignIn();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (text) => (/^\S+@\S+$/.test(text.trim()) ? null : 'Write your e-mail address'),
      password: (text) => (text === '' ? 'Write your password' : null),
    },
  });
  const submit = form.onSubmit(({ email, password }) =>
    signIn.mutate(
      { email: email.trim(), password },
      { onSuccess: () => history.push(`${BASE}${placeAfterSignIn(next)}`) },
    ),
  );
  return (
    <Door
      title="Sign in"
      says="The console of your partner program."
      foot={
        <>
          First time here? <Code>npm start</Code> prints a link that makes the first admin. Others are added
          by an admin.
        </>
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {signIn.isError && (
            <Alert color="red" variant="light" icon={<IconAlertCircle size={18} aria-hidden />} role="alert">
              {signIn.error.message}
            </Alert>
          )}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            autoFocus
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          />
          <Button type="submit" fullWidth loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}

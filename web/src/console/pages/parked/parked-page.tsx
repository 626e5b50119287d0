import { PageHeader } from '../../../components/page-header.tsx';

export function ParkedPage() {
  return <PageHeader title="Parked" />;
}

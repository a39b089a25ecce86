import { useQuery } from '@tanstack/react-query';
import { protectionQuery, storageQuery } from '../../api/protection-queries.ts';
import { RecoverabilityPanel } from './recoverability-panel.tsx';
import { StoragePanel } from './storage-panel.tsx';

/** How well what is protected could be restored, and how full its storage is. Nothing before there is any. */
export default function ProtectionPanels() {
  const { data: protection } = useQuery(protectionQuery);
  const { data: storage } = useQuery(storageQuery);
  return (
    <>
      {protection && protection.details.length > 0 && <RecoverabilityPanel protection={protection} />}
      {storage && storage.repositories.length > 0 && <StoragePanel status={storage} />}
    </>
  );
}

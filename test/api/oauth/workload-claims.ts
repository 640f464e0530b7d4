import type { JWTPayload } from 'jose';

/** The claims of a workload's token besides its issuer and its times. */
type ClaimsFor = (audience: string) => JWTPayload;

const sha = 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15';

/** A job of GitHub Actions in the environment `production`. */
export const githubActionsClaims: ClaimsFor = (aud) => ({
  jti: crypto.randomUUID(),
  sub: 'repo:acme@123456/shop@456789:environment:production',
  aud,
  ref: 'refs/heads/main',
  sha,
  repository: 'acme/shop',
  repository_owner: 'acme',
  repository_owner_id: '123456',
  run_id: '7064839201',
  run_number: '10',
  run_attempt: '2',
  repository_visibility: 'private',
  repository_id: '456789',
  actor_id: '12',
  actor: 'ada',
  workflow: 'deploy',
  head_ref: '',
  base_ref: '',
  event_name: 'push',
  ref_protected: 'true',
  ref_type: 'branch',
  workflow_ref: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main',
  workflow_sha: sha,
  job_workflow_ref: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main',
  job_workflow_sha: sha,
  runner_environment: 'github-hosted',
  environment: 'production',
});

/** A job of GitLab CI on the protected branch `main`. Most IDs are texts, but the ID of the runner is a number. */
export const gitlabClaims: ClaimsFor = (aud) => ({
  project_id: '20',
  project_path: 'acme/shop',
  namespace_id: '72',
  namespace_path: 'acme',
  user_id: '1',
  user_login: 'ada',
  user_email: 'ada@example.com',
  user_access_level: 'maintainer',
  job_project_id: '20',
  job_project_path: 'acme/shop',
  job_namespace_id: '72',
  job_namespace_path: 'acme',
  pipeline_id: '574',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'main',
  ref_type: 'branch',
  ref_path: 'refs/heads/main',
  ref_protected: 'true',
  groups_direct: ['acme', 'acme/platform'],
  runner_id: 1,
  runner_environment: 'gitlab-hosted',
  sha,
  project_visibility: 'private',
  ci_config_ref_uri: 'gitlab.example.com/acme/shop//.gitlab-ci.yml@refs/heads/main',
  ci_config_sha: sha,
  jti: crypto.randomUUID(),
  sub: 'project_path:acme/shop:ref_type:branch:ref:main',
  aud,
});

/** A pod with a projected token. The API server writes no `typ`, and lists the audience. */
export const kubernetesClaims: ClaimsFor = (audience) => ({
  aud: [audience],
  jti: crypto.randomUUID(),
  'kubernetes.io': {
    namespace: 'shop',
    node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
    pod: { name: 'orders-7d4b9c6f5-x2lqp', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
    serviceaccount: { name: 'orders', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
  },
  sub: 'system:serviceaccount:shop:orders',
});

/** A virtual machine of Google Cloud that asked its metadata server with `format=full`. */
export const googleClaims: ClaimsFor = (aud) => ({
  aud,
  azp: '112233445566778899000',
  email: 'orders@acme-prod.iam.gserviceaccount.com',
  email_verified: true,
  google: {
    compute_engine: {
      instance_creation_timestamp: 1_763_964_000,
      instance_id: '4567890123456789012',
      instance_name: 'orders-1',
      project_id: 'acme-prod',
      project_number: 123_456_789_012,
      zone: 'europe-west1-b',
    },
  },
  sub: '112233445566778899000',
});

/** A managed identity of Azure, in whose tokens the subject is the ID of its principal. Entra ID names no `alg` in keys. */
export const azureClaims: ClaimsFor = (aud) => ({
  aud,
  aio: 'k2RgYHgQ',
  azp: 'b0a6d2c3-51f4-4a5e-8f57-6d1e0c9b7a22',
  azpacr: '2',
  idtyp: 'app',
  oid: '9f1c7a54-0e2b-4c7d-a3b8-51d6e4f0c913',
  rh: '1.AAAA',
  sub: '9f1c7a54-0e2b-4c7d-a3b8-51d6e4f0c913',
  tid: '3c8f0f6e-7d1c-4a52-9b6e-2f8d1a7c5e04',
  uti: 'lY3cM0kq',
  ver: '2.0',
});

/** A workload with an identity of SPIFFE, whose trust domain publishes its keys by OIDC discovery. */
export const spireClaims: ClaimsFor = (audience) => ({
  aud: [audience],
  sub: 'spiffe://example.org/ns/shop/sa/orders',
});

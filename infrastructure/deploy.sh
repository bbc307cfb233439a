#!/bin/sh
# Deploys what `make package` cut. Run it as `make deploy`; runbook.md says what to prepare once.
#   STACK            the stack's name, such as mentoring
#   CODE_BUCKET      an existing private bucket of the region, for packages
#   SITE_DOMAIN      mentoring.example.org
#   CERTIFICATE_ARN  its certificate, in us-east-1
#   MEMBER_ISSUER, MEMBER_CLIENT_ID, STAFF_ISSUER, STAFF_CLIENT_ID  where members and staff sign in
#   MAIL_SENDER      the address that mail comes from, verified in SES (it or its domain)
#   ALARM_EMAIL, WEB_ACL_ARN, ORIGIN_SECRET_TURN  optional
set -eu
: "${STACK:?}" "${CODE_BUCKET:?}" "${SITE_DOMAIN:?}" "${CERTIFICATE_ARN:?}"
: "${MEMBER_ISSUER:?}" "${MEMBER_CLIENT_ID:?}" "${STAFF_ISSUER:?}" "${STAFF_CLIENT_ID:?}" "${MAIL_SENDER:?}"
region=ca-central-1
cd "$(dirname "$0")/../dist"
build=$(ls -t site-build-*.zip | head -n 1)
functions=$(ls -t functions-*.zip | head -n 1)
sign_in=$(ls -t sign-in-*.zip | head -n 1)
papers=$(ls -t papers-*.zip | head -n 1)

for package in "$build" "$functions" "$sign_in" "$papers"; do
    aws s3 cp --region "$region" --only-show-errors "$package" "s3://$CODE_BUCKET/$package"
done
aws cloudformation deploy --region "$region" --stack-name "$STACK" --template-file template.yaml \
    --s3-bucket "$CODE_BUCKET" --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset \
    --parameter-overrides "SiteDomain=$SITE_DOMAIN" "CertificateArn=$CERTIFICATE_ARN" \
    "CodeBucketName=$CODE_BUCKET" "CodeKey=$build" "FunctionsKey=$functions" "SignInKey=$sign_in" "PapersKey=$papers" \
    "MemberIssuer=$MEMBER_ISSUER" "MemberClientId=$MEMBER_CLIENT_ID" \
    "StaffIssuer=$STAFF_ISSUER" "StaffClientId=$STAFF_CLIENT_ID" \
    "MailSender=$MAIL_SENDER" "AlarmEmail=${ALARM_EMAIL:-}" "WebAclArn=${WEB_ACL_ARN:-}" "OriginSecretTurn=${ORIGIN_SECRET_TURN:-1}"
# The functions' pages ask for this theme's style and scripts by their hash: the next release holds them.
build_function=$(aws cloudformation describe-stacks --region "$region" --stack-name "$STACK" --output text \
    --query 'Stacks[0].Outputs[?OutputKey==`SiteBuildFunctionName`].OutputValue')
aws lambda invoke --region "$region" --invocation-type Event --function-name "$build_function" \
    --cli-binary-format raw-in-base64-out --payload '{"resume": true}' /dev/null
aws cloudformation describe-stacks --region "$region" --stack-name "$STACK" --output table \
    --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]'

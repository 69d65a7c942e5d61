# What the trainer's image stands on: the .NET runtime and libtorch, with CUDA 6 GB of it. It changes with TorchSharp's version and the base's alone, so
# it is built once and not with each change of the code. azd's hook infra/hooks/natives.cs has the registry build it; by hand, from the repository's root:
#
#   docker build -f src/TrainerJob/natives.Dockerfile --build-arg ACCELERATOR=gpu-t4 -t wrncloud/natives .
#
# ACCELERATOR: gpu-t4 or gpu-a100 take TorchSharp with CUDA, cpu takes the small one.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0@sha256:35d40304542c8689331f8cab17c65926cdf48fe711e289321d71924b230a7d29
ARG RUNTIME=mcr.microsoft.com/dotnet/runtime:10.0.15-noble

FROM ${SDK} AS build
ARG ACCELERATOR=gpu-t4
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 \
    DOTNET_NOLOGO=1
WORKDIR /src
COPY global.json .editorconfig Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY .config/ .config/
COPY eng/ eng/
# Times are set so that equal libraries make an equal layer, which nobody has to push or pull again.
RUN case "$ACCELERATOR" in gpu-*) torch=cuda ;; cpu) torch=cpu ;; *) echo "ACCELERATOR is '$ACCELERATOR'; it can be gpu-t4, gpu-a100 or cpu." >&2; exit 1 ;; esac \
    && dotnet publish eng/natives/Natives.csproj -c Release -r linux-x64 -p:Torch="$torch" --output /publish \
    && mkdir /natives \
    && cd /publish \
    && find . -name '*.so*' -exec cp -p --parents {} /natives/ ';' \
    && mv sbom.cdx.json /natives/sbom.natives.cdx.json \
    && find /natives -exec touch --no-dereference --date=@0 {} +

FROM ${RUNTIME}
LABEL org.opencontainers.image.title="WrnCloud natives" \
      org.opencontainers.image.description="The .NET runtime with libtorch, for WrnCloud's trainer." \
      org.opencontainers.image.licenses="MIT"
# OpenMP for libtorch, and a font for the pictures of a model's card.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /natives/ ./
USER $APP_UID
